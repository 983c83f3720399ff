// Which of the platform's readings of the position is given: they get better within seconds.

import Foundation
import XunchaCore

/// The readings of one request.
public struct Readings {
    /// Metres. A phone in a street hardly gets nearer: nothing better is waited for.
    static let goodEnough = 20.0
    /// Milliseconds. What the platform remembers from longer before is another place.
    static let remembered: Int64 = 60_000

    private let asked: Int64
    /// The most accurate one; one from before the request only where none came after it.
    public private(set) var best: Fix?

    public init(asked: Date) {
        self.asked = Int64(asked.timeIntervalSince1970 * 1000)
    }

    /// Takes one. Whether it is so good that no other is waited for.
    public mutating func take(_ fix: Fix) -> Bool {
        guard fix.takenAt >= asked - Self.remembered else { return false }
        if best.map({ isBetter(fix, than: $0) }) ?? true { best = fix }
        return isNew(fix) && fix.accuracy <= Self.goodEnough
    }

    private func isNew(_ fix: Fix) -> Bool { fix.takenAt >= asked }

    private func isBetter(_ fix: Fix, than other: Fix) -> Bool {
        isNew(fix) == isNew(other) ? fix.accuracy < other.accuracy : isNew(fix)
    }
}
