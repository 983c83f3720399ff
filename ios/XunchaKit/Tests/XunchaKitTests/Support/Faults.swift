// Things that go wrong, made to order.

import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file system with little room. Only root may mount one, as in `cargo xtask test swift`.
enum SmallDisk {
    static var isPossible: Bool {
        #if os(Linux)
            geteuid() == 0
        #else
            false
        #endif
    }

    static func mount(_ folder: URL, megabytes: Int) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.path)
    }

    static func unmount(_ folder: URL) {
        try? run("umount", "-l", folder.path)
    }

    /// Leaves no room but for a few pages; gives the file that took it.
    static func fill(_ folder: URL) throws -> URL {
        let filler = folder.appendingPathComponent("filler")
        let file = open(filler.path, O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        let piece = [UInt8](repeating: 0, count: 4096)
        var written = 0
        while write(file, piece, piece.count) == piece.count { written += piece.count }
        guard written > 0, ftruncate(file, off_t(max(0, written - 65_536))) == 0 else {
            throw Failure("the disk could not be filled")
        }
        return filler
    }

    private static func run(_ program: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure("\(program) \(arguments)") }
    }
}

/// The database's file, whose header holds the version of its schema.
struct StoreFile {
    let file: URL

    init(in folder: URL) throws {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var found: URL?
        while let file = files?.nextObject() as? URL {
            if file.lastPathComponent.hasSuffix(".db") || file.pathExtension == "sqlite" { found = file }
        }
        guard let found else { throw Failure("no database in \(folder.path)") }
        file = found
    }

    /// Writes `user_version` where SQLite keeps it: big-endian at byte 60.
    func setVersion(_ version: UInt8) throws -> (file: URL, bytes: Data) {
        var bytes = try Data(contentsOf: file)
        bytes.replaceSubrange(60..<64, with: [0, 0, 0, version])
        try bytes.write(to: file)
        return (file, bytes)
    }
}

/// Answers every request on a port with the same text.
final class StrangeServer: @unchecked Sendable {
    private let listener: Int32

    init(port: Int, answer: String) throws {
        #if canImport(Glibc)
            listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            listener = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(listener, 8) == 0 else { throw Failure("port \(port) is taken") }
        Thread.detachNewThread { [listener] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                var asked = [UInt8](repeating: 0, count: 65_536)
                _ = recv(connection, &asked, asked.count, 0)
                let bytes = Array(answer.utf8)
                _ = send(connection, bytes, bytes.count, 0)
                close(connection)
            }
        }
    }

    /// A hub that does not take this record.
    static func refusal(of record: String) -> String {
        let answer =
            #"{"outcome":"refused","id":"\#(record)","code":"conflict","detail":"another record has this id"}"#
        let body = #"{"answers":[\#(answer)],"hub_time":"\#(ISO8601DateFormatter().string(from: Date()))"}"#
        return
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
