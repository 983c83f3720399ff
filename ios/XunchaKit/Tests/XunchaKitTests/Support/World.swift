// What tests with a phone share: a folder that is removed, a hub, a phone.

import Foundation

@testable import XunchaKit

/// Lets a few tests at a time run: each has a hub process of its own.
actor Gate {
    static let ofHubs = Gate(6)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ free: Int) { self.free = free }

    func enter() async {
        if free > 0 { return free -= 1 }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// Runs with a folder of its own.
@MainActor
func inFolder(_ work: @MainActor (URL) async throws -> Void) async throws {
    await Gate.ofHubs.enter()
    defer { Task { await Gate.ofHubs.leave() } }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("xuncha-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await work(folder)
}

/// Runs with a hub and a phone that is not enrolled.
@MainActor
func withHub(_ work: @MainActor (Hub, TestPhone) async throws -> Void) async throws {
    try await inFolder { folder in
        let hub = try Hub(in: folder)
        defer { hub.stop() }
        try await work(hub, TestPhone(in: folder))
    }
}

/// Runs with a hub and an enrolled phone.
@MainActor
func enrolled(
    as person: String = Person.volunteer, _ work: @MainActor (Hub, TestPhone, Phone) async throws -> Void
) async throws {
    try await withHub { hub, test in
        let phone = try await test.enrol(at: hub, as: person)
        try await work(hub, test, phone)
    }
}
