// An answer that somebody waits for, as of a camera over the screen: given once, and whatever becomes of who was to
// give it, nobody waits for ever.

/// One at a time.
@MainActor
public final class Pending<Answer: Sendable> {
    private let none: Answer
    private var asked: CheckedContinuation<Answer, Never>?

    /// With what is answered where no answer came.
    public init(none: Answer) { self.none = none }

    /// Begins, and waits for the answer. Who waited before hears that there was none.
    public func wait(_ begin: @MainActor () -> Void) async -> Answer {
        answer(none)
        return await withCheckedContinuation {
            asked = $0
            begin()
        }
    }

    /// Later answers to the same question are none.
    public func answer(_ answer: Answer) {
        asked?.resume(returning: answer)
        asked = nil
    }
}
