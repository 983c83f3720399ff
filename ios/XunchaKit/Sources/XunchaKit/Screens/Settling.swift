// A page that changes under a finger.

import Foundation

/// A finger that is on its way down while a page becomes another, or its list gets another order, means what stood there
/// before; so does the second tap of one that trembles.
struct Settling {
    /// Seconds.
    private static let lasting: TimeInterval = 0.4

    private var until = Date.distantPast

    /// What is seen is another from now on.
    mutating func begin(at now: Date) { until = now + Self.lasting }

    /// Whether a tap means what it hits.
    func takesTap(at now: Date) -> Bool { now >= until }
}
