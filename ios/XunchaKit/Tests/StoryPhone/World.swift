// What a phone of a story has from outside: a clock that the story sets, random numbers that are played, a key store
// in a folder.

import Foundation
import XunchaCore

/// Shows what the story says. The core asks from its own threads.
final class StoryClock: Clock, @unchecked Sendable {
    private let lock = NSLock()
    private var shown: (now: Int64, uptime: Int64) = (0, 0)

    func set(now: Int64, uptime: Int64) { lock.withLock { shown = (now, uptime) } }

    func now() -> Timestamp { lock.withLock { shown.now } }
    func uptimeMs() -> Int64 { lock.withLock { shown.uptime } }
    func boot() -> String? { "story" }
}

/// splitmix64, number by number.
final class StoryEntropy: TestEntropy, @unchecked Sendable {
    private let seed: UInt64
    private let lock = NSLock()
    private var count: UInt64

    init(seed: UInt64, drawn: UInt64) {
        self.seed = seed
        count = drawn
    }

    var drawn: UInt64 { lock.withLock { count } }

    func bytes(count wanted: UInt32) -> Data {
        lock.withLock {
            var bytes = Data()
            while bytes.count < wanted {
                count += 1
                withUnsafeBytes(of: number(count).littleEndian) { bytes.append(contentsOf: $0) }
            }
            return bytes.prefix(Int(wanted))
        }
    }

    private func number(_ n: UInt64) -> UInt64 {
        var z = seed &+ n &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// Gives a key back for as long as its folder is there. It need not encrypt.
final class FolderVault: KeyVault {
    private let mark: URL

    init(_ folder: String) {
        mark = URL(fileURLWithPath: folder).appendingPathComponent("mark")
    }

    func wrap(key: Data) throws -> Data {
        do {
            if !FileManager.default.fileExists(atPath: mark.path) {
                try FileManager.default.createDirectory(
                    at: mark.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(UUID().uuidString.utf8).write(to: mark)
            }
            return try Data(contentsOf: mark) + key
        } catch {
            throw VaultError.Unavailable(reason: "\(error)")
        }
    }

    func unwrap(wrapped: Data) throws -> Data {
        guard let mark = try? Data(contentsOf: mark), wrapped.starts(with: mark) else {
            throw VaultError.KeyLost
        }
        return Data(wrapped.dropFirst(mark.count))
    }
}
