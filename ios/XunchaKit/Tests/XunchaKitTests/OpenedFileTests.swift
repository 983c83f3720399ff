// A file that another app opens with this one is read in, whatever the app was at.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct OpenedFileTests {
    /// Runs with a phone that handed over an inspection by file, and the answer to it.
    private func answered(_ work: @MainActor (TestPhone, Phone, RecordId, URL) async throws -> Void)
        async throws
    {
        try await enrolled { hub, test, phone in
            hub.stop()
            let inspection = try phone.inspect()
            inspection.skipAll()
            inspection.finish()
            let record = try phone.doneRecord()
            phone.way.home()
            let model = HandOverModel(phone)
            await model.write()
            try await work(test, phone, record, try hub.takeFile(try #require(model.shown.file)))
        }
    }

    /// The page that the way leads to.
    private func page(of phone: Phone) throws -> HandOverModel {
        guard case .answer(let file) = phone.way.shown.last else { throw Failure("\(phone.way.shown)") }
        return HandOverModel(phone, answer: file)
    }

    private func state(_ record: RecordId, on phone: Phone) -> RecordShown? {
        RecordModel(phone, record: record).shown.page?.line.state.state
    }

    @Test("An app that is started by a file reads it in, once")
    func coldStart() async throws {
        try await answered { test, _, record, answer in
            let after = try test.copy()
            let app = after.asleep()
            app.opened(answer)
            app.open()
            guard case .open(let phone) = app.shown.stage else { throw Failure("\(app.shown.stage)") }
            let model = try page(of: phone)
            await model.appeared()
            #expect(model.shown.taken?.text == "已收到：1 条记录。")
            #expect(state(record, on: phone) == .received)
            #expect(
                FileManager.default.fileExists(atPath: answer.path), "it lies where somebody else keeps it")
            await model.appeared()
            #expect(model.shown.taken?.text == "已收到：1 条记录。", "the screen came into sight again")
        }
    }

    @Test("The same file opened again is read again, on one page")
    func again() async throws {
        try await answered { test, phone, record, answer in
            phone.way.to(.outbox)
            phone.way.to(.handOver)
            let whole = try Data(contentsOf: answer)
            try whole.dropLast(9).write(to: answer)
            test.app?.opened(answer)
            let first = try page(of: phone)
            await first.appeared()
            #expect(first.shown.trouble?.cause == .core(.fileCut))
            let before = phone.way.shown
            try whole.write(to: answer)
            test.app?.opened(answer)
            #expect(phone.way.shown != before, "the view is told of it")
            #expect(phone.way.shown.count == 2)
            let second = try page(of: phone)
            await second.appeared()
            #expect(second.shown.trouble == nil)
            #expect(state(record, on: phone) == .received)
        }
    }

    @Test("An inspection is left for a file only if the person says so, and goes on where it was")
    func inspecting() async throws {
        try await answered { test, phone, record, answer in
            let inspection = try phone.inspect(Place.arcade)
            inspection.notLooked()
            let way = phone.way.shown
            test.app?.opened(answer)
            let asked = try page(of: phone)
            await asked.appeared()
            #expect(asked.shown.asks)
            #expect(state(record, on: phone) != .received, "nobody said so yet")
            asked.decline()
            #expect(phone.way.shown == way)

            test.app?.opened(answer)
            let model = try page(of: phone)
            await model.appeared()
            await model.readOffered()
            #expect(!model.shown.asks)
            #expect(model.shown.taken?.text == "已收到：1 条记录。")
            phone.way.back()
            #expect(phone.way.shown == way)
            inspection.refresh()
            #expect(inspection.shown.number == 2)
        }
    }

    @Test("What is no answer is told in a sentence, on a phone that is nobody's too")
    func notOurs() async throws {
        try await answered { test, phone, record, answer in
            let other = answer.deletingLastPathComponent().appendingPathComponent("report.xuncha")
            try Data("%PDF-1.7".utf8).write(to: other)
            test.app?.opened(other)
            let model = try page(of: phone)
            await model.appeared()
            #expect(model.shown.trouble?.sentence == "这不是回执文件。请选站里的电脑给的那个回执文件。")
            #expect(state(record, on: phone) != .received)

            let nobodys = TestPhone(in: test.folder.deletingLastPathComponent(), named: "nobodys")
            let unenrolled = try nobodys.start()
            nobodys.app?.opened(answer)
            let told = try page(of: unenrolled)
            await told.appeared()
            #expect(told.shown.trouble?.cause == .core(.notEnrolled))
            unenrolled.way.back()
            #expect(unenrolled.way.shown == [.enrol])
        }
    }

    /// Runs with a copy of this file where the platform puts those that it makes for the app.
    private func copied(_ file: URL, _ work: @MainActor (URL) async throws -> Void) async throws {
        let folder = URL(fileURLWithPath: NSHomeDirectory() + "/\(UUID().uuidString)")
        let inbox = folder.appendingPathComponent("Inbox")
        try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let copy = inbox.appendingPathComponent("answer.xuncha")
        try FileManager.default.copyItem(at: file, to: copy)
        try await work(copy)
    }

    private func isThere(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

    @Test("A copy that the platform made for the app does not stay behind")
    func inbox() async throws {
        try await answered { test, phone, _, answer in
            try await copied(answer) { copy in
                test.app?.opened(copy)
                let model = try page(of: phone)
                await model.appeared()
                #expect(model.shown.taken != nil)
                #expect(!isThere(copy))
            }
        }
    }

    @Test("A copy that could not be read in stays while the page is there, and goes with it")
    func inboxFailed() async throws {
        try await answered { test, phone, _, answer in
            try Data(contentsOf: answer).dropLast(9).write(to: answer)
            try await copied(answer) { copy in
                test.app?.opened(copy)
                let model = try page(of: phone)
                await model.appeared()
                #expect(model.shown.trouble?.cause == .core(.fileCut))
                #expect(isThere(copy))
                model.left()
                #expect(!isThere(copy))
            }
        }
    }

    @Test("Who swipes back from the question whether to read a file in leaves no copy of it")
    func inboxSwiped() async throws {
        try await answered { test, phone, record, answer in
            _ = try phone.inspect(Place.arcade)
            let way = phone.way.shown
            try await copied(answer) { copy in
                test.app?.opened(copy)
                let model = try page(of: phone)
                await model.appeared()
                #expect(model.shown.asks)
                phone.way.led(to: way)
                model.left()
                #expect(!isThere(copy))
                #expect(state(record, on: phone) != .received)
            }
            #expect(isThere(answer), "it lies where somebody else keeps it")
        }
    }
}
