// Buttons in a row, each as wide as the others: how much room they want, and where each stands.

import Foundation

/// A row whose things get the same width each.
public struct EvenRow: Sendable {
    /// Points between two of them.
    public static let gap: CGFloat = 12

    private let count: Int
    private let widest: CGFloat

    /// Of things that want these widths to break no word.
    public init(wanted widths: [CGFloat]) {
        count = widths.count
        widest = widths.max() ?? 0
    }

    /// What it takes so that none of them breaks a word.
    public var width: CGFloat { CGFloat(count) * widest + gaps }

    /// What each gets of a width.
    public func share(of width: CGFloat) -> CGFloat {
        count == 0 ? 0 : max(0, width - gaps) / CGFloat(count)
    }

    /// The middle of one of them, from 0, in a width.
    public func middle(of number: Int, in width: CGFloat) -> CGFloat {
        let share = share(of: width)
        return CGFloat(number) * (share + Self.gap) + share / 2
    }

    private var gaps: CGFloat { CGFloat(max(0, count - 1)) * Self.gap }
}
