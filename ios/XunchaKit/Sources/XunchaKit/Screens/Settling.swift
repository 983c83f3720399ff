// A list that changes under a finger.

import Foundation

/// A finger that is on its way down while a list gets another order means another line.
struct Settling {
    /// Seconds.
    private static let lasting: TimeInterval = 0.4

    private var until = Date.distantPast

    /// The list is another from now on.
    mutating func begin(at now: Date) { until = now + Self.lasting }

    /// Whether a tap means what it hits.
    func takesTap(at now: Date) -> Bool { now >= until }
}
