// A library that does not belong to the bindings: one clear sentence, before anything is touched.

import Foundation
import Testing

@testable import XunchaCore
@testable import XunchaKit

@MainActor
struct LibraryTests {
    @Test("The library of this build is the right one; what is said of another needs no library")
    func right() throws {
        #expect(contractOfLibrary() == bindingsContract)
        #expect(contract() == bindingsContract)
        func unknown() -> Language { fatalError("the library was asked") }
        let wrong = WrongLibrary(library: "0.0.0-another", bindings: bindingsContract)
        #expect(Trouble(wrong, in: unknown()).sentence.hasPrefix("应用没有装好，请重新安装应用，资料都在。"))
    }

    #if os(Linux)
        @Test("A library of another build is refused in a sentence, whatever else of it does not fit")
        func another() async throws {
            let other = bindingsContract.dropLast() + (bindingsContract.hasSuffix("0") ? "1" : "0")
            let sum = "uniffi_xuncha_core_checksum_method_fieldbook_"
            for changes in [[:], [sum + "outbox": sum + "inbox_"]] {
                let changed = changes.merging([bindingsContract: String(other)]) { $1 }
                let said = try await open(with: changed)
                #expect(said.errors.contains(WrongLibrary.sentence), "\(said)")
                #expect(said.errors.contains("library \(other), bindings \(bindingsContract)"))
                #expect(!said.touched)
            }
            let said = try await open(with: [:])
            #expect(said.touched, "the right one opens a book: \(said)")
        }

        /// Opens a book in a process of its own, as a library is loaded once in each: with a copy of the right one in
        /// which texts are exchanged for others of their length.
        private func open(with changes: [String: String]) async throws -> (errors: String, touched: Bool) {
            var said = (errors: "", touched: false)
            try await inFolder { folder in
                var library = try Data(contentsOf: Self.library())
                for (text, other) in changes { try library.exchange(text, for: other) }
                try library.write(to: folder.appendingPathComponent("libxuncha.so"))
                let process = Process()
                process.executableURL = try #require(Bundle.main.executableURL).deletingLastPathComponent()
                    .appendingPathComponent("StoryPhone")
                process.environment = ["LD_LIBRARY_PATH": folder.path, "SWIFT_BACKTRACE": "enable=no"]
                let (orders, out, errors) = (Pipe(), Pipe(), Pipe())
                (process.standardInput, process.standardOutput, process.standardError) = (orders, out, errors)
                try process.run()
                let data = folder.appendingPathComponent("data")
                let order: [String: Any] = [
                    "phone": "a", "now": 0, "uptime": 0, "do": "open", "data": data.path,
                    "vault": folder.appendingPathComponent("vault").path, "seed": 1, "drawn": 0,
                ]
                orders.fileHandleForWriting.write(
                    try JSONSerialization.data(withJSONObject: order) + Data("\n".utf8))
                try orders.fileHandleForWriting.close()
                _ = out.fileHandleForReading.readDataToEndOfFile()
                said.errors = String(
                    decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                said.touched = FileManager.default.fileExists(atPath: data.path)
            }
            return said
        }

        /// The library that this process has loaded.
        private static func library() throws -> URL {
            // Such a file has no length: it is read until it ends.
            let file = try #require(FileHandle(forReadingAtPath: "/proc/self/maps"))
            let maps = String(decoding: file.readDataToEndOfFile(), as: UTF8.self)
            let line = try #require(maps.split(separator: "\n").first { $0.hasSuffix("/libxuncha.so") })
            return URL(fileURLWithPath: String(line[try #require(line.firstIndex(of: "/"))...]))
        }
    #endif
}

extension Data {
    /// Puts a text in place of another of its length, wherever that stands.
    fileprivate mutating func exchange(_ text: String, for other: String) throws {
        let (from, to) = (Data(text.utf8), Data(other.utf8))
        guard from.count == to.count, range(of: from) != nil else { throw Failure("\(text) is not in it") }
        var at = startIndex
        while let found = range(of: from, in: at..<endIndex) {
            replaceSubrange(found, with: to)
            at = found.upperBound
        }
    }
}
