// Answers of the platform that come late, twice or never; and pictures that are written where there is no room.

import Foundation
import Testing

@testable import XunchaKit

@MainActor
struct PendingTests {
    @Test("An answer is given once, and what comes later is none to the next question")
    func once() async {
        let pending = Pending<Int>(none: 0)
        pending.answer(1)
        #expect(
            await pending.wait {
                pending.answer(2)
                pending.answer(3)
            } == 2)
        #expect(await pending.wait { pending.answer(4) } == 4)
    }

    @Test("Who asks anew is answered though the last one never was, who then hears that there was none")
    func neverAnswered() async {
        let pending = Pending<Int>(none: 0)
        var begun = false
        let first = Task { await pending.wait { begun = true } }
        while !begun { await Task.yield() }
        #expect(await pending.wait { pending.answer(5) } == 5)
        #expect(await first.value == 0)
    }

    @Test("A picture that cannot be written for another reason than room is one that was not taken")
    func notWritten() async throws {
        try await inFolder { folder in
            let file = folder.appendingPathComponent("file")
            #expect(Taken.written(Data([1]), to: file) == .taken(file))
            #expect(Taken.written(Data([1]), to: file.appendingPathComponent("below.jpg")) == .failed)
        }
    }
}
