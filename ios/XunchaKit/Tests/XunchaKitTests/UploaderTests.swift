// When an upload begins: on start, when a network comes up, when the core says to try again, in the background.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct UploaderTests {
    /// Finishes an inspection without a word to the uploader.
    func save(_ phone: Phone) throws {
        let draft = try phone.book.start(venue: phone.venue(Place.cafe), companions: [], fix: nil)
        _ = try phone.book.finish(draft: draft)
    }

    /// Waits until nothing waits on the phone any more.
    func empties(_ phone: Phone) async throws {
        for _ in 0..<500 {
            if try phone.book.outbox().recordsWaiting == 0, !phone.uploader.shown.isRunning { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure("still waiting: \(phone.uploader.shown)")
    }

    @Test("Stuck, it asks the platform to wake it when the core says, and says why in a sentence")
    func plans() async throws {
        try await enrolled { hub, test, phone in
            hub.stop()
            try save(phone)
            await phone.uploader.upload()
            #expect(phone.uploader.shown.stuck?.cause == .core(.offline))
            let next = try #require(phone.uploader.shown.report?.nextTry)
            #expect(test.platform.wakes.last == Date(milliseconds: next))
            try hub.start()
            await phone.uploader.upload()
            #expect(phone.uploader.shown.stuck == nil)
            #expect(test.platform.wakes.last == .some(nil), "nothing waits, nobody is woken")
        }
    }

    @Test("On the screen it tries again by itself when the core says")
    func triesAgain() async throws {
        try await enrolled { hub, test, phone in
            hub.stop()
            try save(phone)
            await phone.uploader.upload()
            try hub.start()
            test.platform.waits = true
            await phone.uploader.upload()
            try save(phone)
            hub.stop()
            await phone.uploader.upload()
            try hub.start()
            try await empties(phone)
        }
    }

    @Test("It uploads when a network comes up")
    func network() async throws {
        try await enrolled { hub, test, phone in
            hub.stop()
            try save(phone)
            await phone.uploader.upload()
            try hub.start()
            test.platform.networkComesUp()
            try await empties(phone)
        }
    }

    @Test("It uploads on start what the last run left")
    func start() async throws {
        try await enrolled { hub, test, phone in
            hub.stop()
            try save(phone)
            await phone.uploader.upload()
            try hub.start()
            let (_, after) = try test.killed()
            try await empties(after)
            #expect(try hub.verify())
        }
    }

    @Test("Woken in the background it opens the book, hands over, and says whether all is done")
    func background() async throws {
        try await enrolled { hub, test, phone in
            hub.stop()
            try save(phone)
            let app = try test.copy().asleep()
            #expect(await app.uploadInBackground() == false)
            try hub.start()
            #expect(await app.uploadInBackground())
            #expect(try hub.verify())
            app.open()
            guard case .open = app.shown.stage else {
                throw Failure("looked at after a wake, the book was opened twice: \(app.shown.stage)")
            }
        }
    }

    @Test("Woken before the first unlock it asks for another wake, as nobody else would")
    func lockedInBackground() async throws {
        try await enrolled { hub, test, phone in
            hub.stop()
            try save(phone)
            let after = try test.copy()
            after.secrets.isLocked = true
            let app = after.asleep()
            #expect(await app.uploadInBackground() == false)
            let wakes = after.platform.wakes.compactMap { $0 }
            #expect(wakes.count == 1 && wakes.allSatisfy { Date() < $0 && $0 < Date() + 3600 })
            after.secrets.isLocked = false
            try hub.start()
            #expect(await app.uploadInBackground())
        }
    }

    @Test("While it hands over it may go on though the phone is put away, and no longer")
    func staysAwake() async throws {
        try await enrolled { hub, test, phone in
            #expect(test.platform.staysAwake == nil)
            hub.freeze()
            let inspection = try phone.inspect()
            inspection.finish()
            while !phone.uploader.shown.isRunning { await Task.yield() }
            #expect(test.platform.staysAwake != nil)
            hub.thaw()
            try await empties(phone)
            #expect(test.platform.staysAwake == nil)
        }
    }

    @Test(
        "Put away for longer than the platform lets it go on, the run is cut short, and a wake is asked for")
    func awakeForTooLong() async throws {
        try await enrolled { hub, test, phone in
            hub.freeze()
            try save(phone)
            let run = Task { await phone.uploader.upload() }
            while test.platform.staysAwake == nil { await Task.yield() }
            try await Task.sleep(for: .milliseconds(200))
            test.platform.staysAwake?()
            await run.value
            #expect(phone.uploader.shown.stuck?.cause == .core(.cancelled))
            #expect(test.platform.staysAwake == nil)
            #expect(test.platform.wakes.last != .some(nil))
            hub.thaw()
            await phone.uploader.upload()
            #expect(try phone.book.outbox().recordsWaiting == 0)
        }
    }

    @Test("What an upload by itself found that somebody has to know is told, on the first screen too")
    func alerts() async throws {
        try await enrolled { hub, test, phone in
            hub.stop()
            let inspection = try phone.inspect()
            try test.willTake(Picture.png(side: 64))
            await inspection.takePhoto()
            inspection.finish()
            let photo = try #require(try phone.book.record(record: phone.doneRecord()).photos.first)
            try test.file(of: photo.id, becomes: Data("坏了".utf8))
            try hub.start()
            phone.uploader.want()
            try await empties(phone)
            #expect(phone.uploader.shown.told == ["本机有一张照片坏了，传不上去。记录本身不受影响。"])
            #expect(phone.uploader.shown.toldFirst == phone.uploader.shown.told.first)
        }
    }

    @Test("Wanted many times at once it sends each record once")
    func once() async throws {
        try await enrolled { hub, _, phone in
            for _ in 0..<3 { try save(phone) }
            for _ in 0..<20 { phone.uploader.want() }
            try await empties(phone)
            #expect(
                try phone.book.history(before: nil, limit: 10).lines.allSatisfy {
                    $0.state.state == .received
                })
            #expect(try hub.verify())
        }
    }

    @Test("A background run that is cut short loses nothing")
    func cutShort() async throws {
        try await enrolled { hub, test, phone in
            hub.freeze()
            for _ in 0..<3 { try save(phone) }
            let run = Task { await phone.uploader.uploadInBackground() }
            try await Task.sleep(for: .milliseconds(500))
            run.cancel()
            #expect(await run.value == false)
            #expect(phone.uploader.shown.stuck?.cause == .core(.cancelled))
            #expect(try phone.book.outbox().recordsWaiting == 3)
            #expect(test.platform.wakes.last != .some(nil), "the platform may wake it again")
            hub.thaw()
            await phone.uploader.upload()
            #expect(try phone.book.outbox().recordsWaiting == 0)
        }
    }

    @Test(
        "Suspended in the middle of a run it is woken to go on: the wake is asked for before the run has ended"
    )
    func suspended() async throws {
        try await enrolled { hub, test, phone in
            #expect(test.platform.wakes.last == .some(nil))
            try save(phone)
            hub.freeze()
            phone.uploader.want()
            try await Task.sleep(for: .milliseconds(200))
            #expect(phone.uploader.shown.isRunning)
            #expect(test.platform.wakes.last != .some(nil))
            hub.thaw()
            try await empties(phone)
            #expect(test.platform.wakes.last == .some(nil), "nothing waits, nobody is woken")
        }
    }

    @Test("Screens look again as records arrive, and are let go when they are closed")
    func listeners() async throws {
        try await enrolled { _, _, phone in
            let outbox = OutboxModel(phone)
            weak var closed: OutboxModel?
            do {
                let model = OutboxModel(phone)
                closed = model
            }
            #expect(closed == nil)
            try save(phone)
            outbox.refresh()
            #expect(outbox.shown.page?.recordsWaiting == 1)
            await phone.uploader.upload()
            #expect(outbox.shown.page?.recordsWaiting == 0)
        }
    }
}
