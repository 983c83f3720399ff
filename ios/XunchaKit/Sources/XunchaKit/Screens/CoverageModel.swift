// 覆盖: which venues have their visits in a month, and which record counts.

import Foundation
import XunchaCore

/// What the screen shows.
public struct MonthShown: Showing {
    /// The month, such as `2026-11`; the core says which one it is now.
    public var month: Month = ""
    public var page: CoveragePage?
    /// How many inspections wait for the head, in words.
    public var toReview = ""
    public var trouble: Trouble?
}

/// The head's screen.
public final class CoverageModel: ScreenModel<MonthShown> {
    public init(_ phone: Phone) {
        super.init(phone, shown: MonthShown())
        refresh()
    }

    public override func refresh() {
        attempt {
            if shown.month.isEmpty { shown.month = try phone.book.member().month }
            shown.page = try phone.book.coverage(month: shown.month)
            shown.toReview = try phone.book.toReview()
        }
    }

    public func monthBefore() { move(by: -1) }
    public func monthAfter() { move(by: 1) }

    public func review() { phone.way.to(.reviews) }

    public func open(_ venue: VenueId) { phone.way.to(.venue(venue)) }

    private func move(by months: Int) {
        let parts = shown.month.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 2 else { return }
        let count = parts[0] * 12 + (parts[1] - 1) + months
        shown.month = String(format: "%04d-%02d", count / 12, count % 12 + 1)
        refresh()
    }
}
