// The file that is handed over: it lies there until its answer is here or all that waited went by the network, and as
// long as the app that was chosen may still be fetching it.

import Foundation
import XunchaCore

/// The one file that is handed over.
@MainActor
public final class HandOverFile {
    /// Seconds. Whoever was handed a file has it by then.
    private static let fetching: TimeInterval = 15 * 60

    private let folder: URL
    private let book: FieldBook
    private let time: any Time
    private let turn = Turn()
    /// One without records only asks for what is new: nothing waits from the beginning, and it stays for its answer.
    private var onlyAsks = false

    init(of book: FieldBook, in temporary: URL, time: any Time) {
        self.book = book
        self.time = time
        folder = temporary.appendingPathComponent("handed-over")
    }

    /// Writes what waits; a file of before goes, unless somebody may still be fetching it.
    func write() async throws -> (file: URL, written: HandedOver) {
        try await turn.take {
            removeFetched()
            onlyAsks = false
            let file = folder.appendingPathComponent(try book.handOverPage().fileName)
            try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let written = try await book.handOver(to: file.path)
            onlyAsks = !written.holdsSomething
            return (file, written)
        }
    }

    /// Whether it is written or removed just now.
    var isBusy: Bool { turn.isTaken }

    /// Its answer is here: who was to have it has it.
    func clear() async {
        await turn.take { try? FileManager.default.removeItem(at: folder) }
    }

    /// Removes it once nothing waits any more, whoever's run wrote it. One that is just being written stays, and one
    /// that somebody may be fetching: a later call removes it.
    func clearIfOvertaken() {
        if isBusy || onlyAsks { return }
        // Where what waits cannot be read, nothing is known to be over.
        if let page = try? book.handOverPage(), !page.holdsSomething { removeFetched() }
    }

    private func removeFetched() {
        let files = try? FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: [.contentModificationDateKey])
        for file in files ?? [] where !isFresh(file) { try? FileManager.default.removeItem(at: file) }
    }

    /// By a clock that was set meanwhile the file can also be of a time to come: of such an age nothing is known.
    private func isFresh(_ file: URL) -> Bool {
        let written = try? file.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
        return written.map { abs(time.now().timeIntervalSince($0)) < Self.fetching } ?? false
    }
}

extension HandedOver {
    /// Whether something that waited went into it.
    var holdsSomething: Bool { records + photos > 0 }
}

extension HandOverPage {
    /// Whether anything waits.
    var holdsSomething: Bool { records + photos > 0 }
}
