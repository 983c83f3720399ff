// Reading the position for a list of venues: the list can be used meanwhile, and without one too.

import Foundation
import XunchaCore

/// Where a reading of the position stands.
public struct Near: Equatable, Sendable {
    /// Whether it is under way.
    public var isLocating = false
    /// What came of it, once there is something.
    public var located: Located?

    /// Seconds. Who walked on for longer than this is somewhere else.
    private static let lasting: TimeInterval = 300

    /// Whether the list is in order of where somebody stands now.
    func isFresh(at now: Date) -> Bool {
        fix.map { now < Date(milliseconds: $0.takenAt) + Self.lasting } ?? false
    }

    /// Whether it is to be read (again) for what is done where somebody stands now. Who just learned that there is none
    /// is not made to wait once more.
    func isWanted(at now: Date) -> Bool { located == nil || (fix != nil && !isFresh(at: now)) }

    /// The position, if there is one.
    var fix: Fix? {
        guard case .fix(let fix) = located else { return nil }
        return fix
    }
}
