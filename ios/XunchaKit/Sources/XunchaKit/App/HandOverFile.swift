// The file that is handed over: it lies there until its answer is here or all that waited went by the network.

import Foundation
import XunchaCore

/// The one file that is handed over.
@MainActor
public final class HandOverFile {
    private let folder: URL
    private let book: FieldBook
    private var isBeingWritten = false
    /// One without records only asks for what is new: nothing waits from the beginning, and it stays for its answer.
    private var onlyAsks = false

    init(of book: FieldBook, in temporary: URL) {
        self.book = book
        folder = temporary.appendingPathComponent("handed-over")
    }

    /// Writes what waits; a file of before goes.
    func write() async throws -> (file: URL, written: HandedOver) {
        isBeingWritten = true
        defer { isBeingWritten = false }
        clear()
        onlyAsks = false
        let file = folder.appendingPathComponent(try book.handOverPage().fileName)
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let written = try await book.handOver(to: file.path)
        onlyAsks = !written.holdsSomething
        return (file, written)
    }

    /// Its answer is here.
    func clear() {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Removes it once nothing waits any more, whoever's run wrote it. One that is just being written stays.
    func clearIfOvertaken() {
        if isBeingWritten || onlyAsks { return }
        // Where what waits cannot be read, nothing is known to be over.
        if let page = try? book.handOverPage(), !page.holdsSomething { clear() }
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
