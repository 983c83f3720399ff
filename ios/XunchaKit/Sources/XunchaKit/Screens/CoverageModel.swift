// 覆盖: which venues have their visits in a month, and which record counts.

import Foundation
import XunchaCore

/// What the screen shows.
public struct MonthShown: Showing {
    public var page: CoveragePage?
    public var trouble: Trouble?
}

/// The head's screen.
public final class CoverageModel: ScreenModel<MonthShown> {
    /// The month that was paged to; none is the one that it is.
    private var month: Month?

    public init(_ phone: Phone) {
        super.init(phone, shown: MonthShown())
        refresh()
    }

    public override func refresh() {
        guard let page = attempt({ try phone.book.coverage(month: month) }) else { return }
        shown.page = page
    }

    public func monthBefore() { move(by: -1) }
    public func monthAfter() { move(by: 1) }

    public func review() { phone.way.to(.reviews) }

    public func open(_ venue: VenueId) { phone.way.to(.venue(venue)) }

    private func move(by months: Int) {
        let parts = (shown.page?.month ?? "").split(separator: "-").compactMap { Int($0) }
        guard parts.count == 2 else { return }
        let count = parts[0] * 12 + (parts[1] - 1) + months
        month = String(format: "%04d-%02d", count / 12, count % 12 + 1)
        refresh()
    }
}
