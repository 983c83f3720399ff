// One after another.

/// Lets one at a time work, in the order in which they came.
@MainActor
final class Turn {
    private(set) var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Does it once nothing else is done.
    func take<T: Sendable>(_ work: @MainActor () async throws -> T) async rethrows -> T {
        if isTaken { await withCheckedContinuation { waiting.append($0) } }
        isTaken = true
        defer { pass() }
        return try await work()
    }

    /// On to the next. It stays taken meanwhile: nobody who comes now goes before those who wait.
    private func pass() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
