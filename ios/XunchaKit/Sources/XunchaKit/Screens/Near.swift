// Reading the position for a list of venues: the list can be used meanwhile, and without one too.

import XunchaCore

/// Where a reading of the position stands.
public struct Near: Equatable, Sendable {
    /// Whether it is under way.
    public var isLocating = false
    /// What came of it, once there is something.
    public var located: Located?

    /// The position, if there is one.
    var fix: Fix? {
        guard case .fix(let fix) = located else { return nil }
        return fix
    }
}
