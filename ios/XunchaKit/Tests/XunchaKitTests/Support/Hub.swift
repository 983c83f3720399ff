// A real hub: the process `xuncha hub run` on a folder of its own, with a small station in it.

import Foundation

/// People of the station in the tests.
enum Person {
    static let volunteer = "李明远"
    static let companion = "周桂兰"
    static let police = "赵一帆"
    static let head = "陈若水"
}

/// Venues of the station in the tests.
enum Place {
    static let cafe = "蓝鲸网吧"
    static let arcade = "星河游戏厅"
    static let latitude = 32.0603
    static let longitude = 118.7969
    static let arcadeLatitude = 32.0588
    static let arcadeLongitude = 118.8012
}

/// A hub, killed at the end of the test.
@MainActor
final class Hub {
    let folder: URL
    private(set) var port: Int
    private var process: Process?

    /// Fills a station and starts.
    init(in parent: URL) throws {
        folder = parent.appendingPathComponent("hub")
        port = 0
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try take(Self.station)
        try start()
    }

    /// Takes tables in, as somebody imports them.
    func take(_ tables: [String: String]) throws {
        var arguments = ["import"]
        for (name, text) in tables {
            let file = folder.appendingPathComponent("\(name).csv")
            try text.write(to: file, atomically: true, encoding: .utf8)
            arguments += ["--\(name)", file.path]
        }
        try xuncha(arguments)
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Starts it; again on the port that phones know.
    func start() throws {
        let ports = folder.appendingPathComponent("port")
        try? FileManager.default.removeItem(at: ports)
        let process = Process()
        process.executableURL = try Self.binary()
        process.arguments = [
            "hub", "run", "--data", folder.path, "--listen", "127.0.0.1:\(port)", "--port-file", ports.path,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        for _ in 0..<3000 {
            let text = (try? String(contentsOf: ports, encoding: .utf8)) ?? ""
            if text.hasSuffix("\n"), let port = Int(text.dropLast()) {
                self.port = port
                return
            }
            usleep(10_000)
        }
        throw Failure("the hub did not start")
    }

    /// It answers nothing until it thaws.
    func freeze() {
        if let process { kill(process.processIdentifier, SIGSTOP) }
    }

    func thaw() {
        if let process { kill(process.processIdentifier, SIGCONT) }
    }

    /// kill -9.
    func stop() {
        guard let process else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Makes a copy of all it has.
    func backUp(to copy: URL) throws { try xuncha(["backup", "--to", copy.path]) }

    /// Stopped, it is put back to what the copy has, and starts.
    func putBack(to copy: URL) throws {
        stop()
        try FileManager.default.moveItem(
            at: folder, to: folder.deletingLastPathComponent().appendingPathComponent(UUID().uuidString))
        try xuncha(["restore", "--from", copy.path])
        try start()
    }

    /// A card for a person.
    func card(for person: String) throws -> Card {
        let json = try xuncha(["hub", "enrol-code", "--member", person, "--hub", url, "--json"])
        return try JSONDecoder().decode(Card.self, from: json)
    }

    /// Takes a phone's file as at the desk; the file of its answer.
    func takeFile(_ file: URL) throws -> URL {
        let answer = folder.appendingPathComponent("answer-\(UUID().uuidString).xuncha")
        try xuncha(["import-bundle", file.path, "--out", answer.path])
        return answer
    }

    /// What `xuncha verify` finds.
    func verify() throws -> Bool {
        struct Report: Decodable { let ok: Bool }
        return try JSONDecoder().decode(Report.self, from: xuncha(["verify", "--json"])).ok
    }

    @discardableResult
    private func xuncha(_ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = try Self.binary()
        process.arguments = arguments + ["--data", folder.path]
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        try process.run()
        let printed = out.fileHandleForReading.readDataToEndOfFile()
        let said = err.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure("xuncha \(arguments): \(String(decoding: said, as: UTF8.self))")
        }
        return printed
    }

    private static func binary() throws -> URL {
        guard let path = ProcessInfo.processInfo.environment["XUNCHA_BIN"] else {
            throw Failure("XUNCHA_BIN must name the binary; `cargo xtask test swift` does that")
        }
        return URL(fileURLWithPath: path)
    }

    private static let station = [
        "stations": "name,sub_bureau\n柳岸工作站,东城分局\n",
        "members": """
        name,station,role
        \(Person.head),柳岸工作站,head
        \(Person.volunteer),柳岸工作站,volunteer
        \(Person.companion),柳岸工作站,volunteer
        \(Person.police),柳岸工作站,police

        """,
        "venues": """
        name,station,kind,latitude,longitude,datum,opened_on
        \(Place.cafe),柳岸工作站,internet_cafe,\(Place.latitude),\(Place.longitude),wgs84,2020-01-01
        \(Place.arcade),柳岸工作站,game_arcade,\(Place.arcadeLatitude),\(Place.arcadeLongitude),wgs84,2020-01-01

        """,
    ]
}

/// A card as the hub prints it.
struct Card: Decodable {
    let code: String
    let link: String
}

/// Something that the tests themselves could not do.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
