// One after another.

import Testing

@testable import XunchaKit

@MainActor
struct TurnTests {
    /// What was done, in order.
    @MainActor
    private final class Done { var all: [Int] = [] }

    @Test("Whoever comes while something is done waits, and they go in the order in which they came")
    func turn() async {
        let (turn, done) = (Turn(), Done())
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            await turn.take {
                for await _ in gate {}
                done.all.append(1)
            }
        }
        while !turn.isTaken { await Task.yield() }
        let second = Task { await turn.take { done.all.append(2) } }
        for _ in 0..<50 { await Task.yield() }
        let third = Task { await turn.take { done.all.append(3) } }
        for _ in 0..<50 { await Task.yield() }
        #expect(done.all.isEmpty)
        opening.finish()
        for task in [first, second, third] { await task.value }
        #expect(done.all == [1, 2, 3])
        #expect(!turn.isTaken)
    }

    @Test("What fails lets the next one go")
    func failing() async throws {
        let turn = Turn()
        await #expect(throws: Failure.self) { try await turn.take { throw Failure("no") } }
        #expect(await turn.take { true })
    }
}
