// A photo whose app is killed while it is being saved: it comes into its inspection, once, or nothing is left of it.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct TakenPhotosTests {
    /// Takes a photo for the second question, and kills the app once the camera wrote it; before that something more
    /// may have happened to the file.
    private func killed(
        before: @MainActor (TestPhone, Phone, DraftId, URL) throws -> Void = { _, _, _, _ in },
        then work: @MainActor (_ after: Phone, DraftId, URL) async throws -> Void
    ) async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            try model.press("no")
            try test.willTake(Picture.png(side: 40))
            test.platform.holdsPicture = true
            let taking = Task { await model.takePhoto() }
            while test.platform.lastPicture == nil { try await Task.sleep(for: .milliseconds(5)) }
            let file = try #require(test.platform.lastPicture)
            try before(test, phone, model.draft, file)
            let (_, after) = try test.killed()
            try await work(after, model.draft, file)
            test.platform.holdsPicture = false
            await taking.value
        }
    }

    private func isThere(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

    @Test("Killed while a photo was being saved, the app takes it in when its inspection is gone on with")
    func takenIn() async throws {
        // What the platform may empty is empty by then.
        let emptied: @MainActor (TestPhone, Phone, DraftId, URL) throws -> Void = { test, _, _, _ in
            try? FileManager.default.removeItem(at: test.temporary)
        }
        try await killed(before: emptied) { after, draft, file in
            let model = InspectionModel(after, draft: draft)
            #expect(model.shown.page?.photos == [])
            await model.appeared()
            #expect(model.shown.trouble == nil)
            #expect(model.shown.page?.photos.map(\.item) == ["wb_sign"])
            #expect(!isThere(file))
            await model.appeared()
            #expect(model.shown.page?.photos.count == 1)
        }
    }

    @Test("Killed when the photo was saved already, the app does not take it in a second time")
    func once() async throws {
        try await killed(
            before: { _, phone, draft, file in
                try phone.takenPhotos.begin(giving: file, of: draft)
                _ = try phone.book.addPhoto(draft: draft, file: file.path, item: "wb_sign")
            },
            then: { after, draft, file in
                let model = InspectionModel(after, draft: draft)
                await model.appeared()
                #expect(model.shown.trouble == nil, "there is nothing to be told")
                #expect(model.shown.page?.photos.count == 1)
                #expect(!isThere(file))
            })
    }

    @Test("Of an inspection that was given up no photo is left on the phone")
    func givenUp() async throws {
        try await killed(
            before: { _, phone, draft, _ in try phone.book.discard(draft: draft) },
            then: { _, _, file in #expect(!isThere(file)) })
    }

    @Test("Of several that are left each is taken in, whatever photos the inspection had or lost meanwhile")
    func several() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            for _ in 0..<2 {
                try test.willTake(Picture.png(side: 40))
                await model.takePhoto()
            }
            try model.press("no")
            let places = (0..<2).map { _ in phone.takenPhotos.place(for: "wb_sign", of: model.draft) }
            for place in places { _ = Taken.written(Picture.png(side: 40), to: place) }
            try phone.takenPhotos.begin(giving: places[0], of: model.draft)
            let first = try #require(model.shown.page?.photos.first)
            try phone.book.removePhoto(draft: model.draft, photo: first.id)
            let (_, after) = try test.killed()
            let again = InspectionModel(after, draft: model.draft)
            await again.appeared()
            #expect(again.shown.page?.photos.map(\.item) == ["wb_minor", "wb_sign", "wb_sign"])
            #expect(again.shown.photosLeft == 0)
        }
    }

    @Test("A picture that the book will never take is told once, and is not left on the phone")
    func never() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            let place = phone.takenPhotos.place(for: "wb_minor", of: model.draft)
            _ = Taken.written(Data("这不是照片".utf8), to: place)
            await model.appeared()
            #expect(model.shown.trouble?.cause == .core(.notAPicture))
            #expect(!isThere(place))
            model.dismissTrouble()
            await model.appeared()
            #expect(model.shown.trouble == nil)
        }
    }

    @Test("What was left when the inspection was finished is not left on the phone")
    func finished() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            let place = phone.takenPhotos.place(for: "wb_minor", of: model.draft)
            _ = Taken.written(Picture.png(side: 40), to: place)
            model.finish()
            #expect(!isThere(place))
        }
    }
}
