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
        before: @MainActor (Phone, DraftId, URL) throws -> Void = { _, _, _ in },
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
            try before(phone, model.draft, file)
            let (_, after) = try test.killed()
            try await work(after, model.draft, file)
            test.platform.holdsPicture = false
            await taking.value
        }
    }

    private func isThere(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

    @Test("Killed while a photo was being saved, the app takes it in when its inspection is gone on with")
    func takenIn() async throws {
        try await killed(then: { after, draft, file in
            let model = InspectionModel(after, draft: draft)
            #expect(model.shown.page?.photos == [])
            await model.appeared()
            #expect(model.shown.trouble == nil)
            #expect(model.shown.page?.photos.map(\.item) == ["wb_sign"])
            #expect(!isThere(file))
            await model.appeared()
            #expect(model.shown.page?.photos.count == 1)
        })
    }

    @Test("Killed when the photo was saved already, the app does not take it in a second time")
    func once() async throws {
        try await killed(
            before: { phone, draft, file in
                _ = try phone.book.addPhoto(draft: draft, file: file.path, item: "wb_sign")
            },
            then: { after, draft, file in
                let model = InspectionModel(after, draft: draft)
                await model.appeared()
                #expect(model.shown.page?.photos.count == 1)
                #expect(!isThere(file))
            })
    }

    @Test("Of an inspection that was given up no photo is left on the phone")
    func givenUp() async throws {
        try await killed(
            before: { phone, draft, _ in try phone.book.discard(draft: draft) },
            then: { _, _, file in #expect(!isThere(file)) })
    }
}
