// The border to the core: what may go wrong on its Swift side.

import Foundation
import Testing

@testable import XunchaCore
@testable import XunchaKit

@MainActor
struct BorderTests {
    @Test("A key store that throws what it never should is one that does not answer now")
    func strangeVault() async throws {
        final class Strange: KeyVault {
            func wrap(key: Data) throws -> Data { throw CocoaError(.featureUnsupported) }
            func unwrap(wrapped: Data) throws -> Data { throw CocoaError(.featureUnsupported) }
        }
        try await inFolder { folder in
            do {
                _ = try openBook(dir: folder.path, vault: Strange())
                Issue.record("it opened")
            } catch let error as BookError {
                #expect(error.code == .vaultUnavailable)
            }
        }
    }

    @Test("One book is used from many tasks at once")
    func manyTasks() async throws {
        try await enrolled { hub, _, phone in
            let (book, venue) = (phone.book, try phone.venue(Place.cafe))
            try await withThrowingTaskGroup(of: RecordId.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        _ = try book.home()
                        let draft = try book.start(venue: venue, companions: [], fix: nil)
                        return try book.finish(draft: draft).record
                    }
                }
                for try await record in group { _ = try book.record(record: record) }
            }
            await phone.uploader.upload()
            #expect(try book.outbox().recordsWaiting == 0)
            #expect(try hub.verify())
        }
    }

    @Test("A text that is no id is refused with a code, on the calling side", arguments: ["", "no id", "…"])
    func noId(text: String) async throws {
        try await enrolled { _, _, phone in
            do {
                _ = try phone.book.draft(draft: text)
                Issue.record("it was taken")
            } catch let error as BookError {
                #expect(error.code == .notFound)
            }
        }
    }

    @Test("A second app on the same folder is told that one is open already")
    func inUse() async throws {
        try await enrolled { _, test, _ in
            let second = TestPhone(in: test.folder.deletingLastPathComponent(), like: test)
            guard case .closed(let trouble) = second.launch() else { throw Failure("it opened twice") }
            #expect(trouble.cause == .core(.inUse))
        }
    }
}
