// 覆盖: which venues have their visits in a month, and which record counts.

import Foundation
import XunchaCore

/// What the screen shows.
public struct MonthShown: Showing {
    /// The month, such as `2026-11`.
    public var month: Month
    public var page: CoveragePage?
    public var trouble: Trouble?
}

/// The head's screen.
public final class CoverageModel: ScreenModel<MonthShown> {
    public init(_ phone: Phone) {
        super.init(phone, shown: MonthShown(month: Self.month(of: phone.seams.time.now())))
        refresh()
    }

    public override func refresh() {
        guard let page = attempt({ try phone.book.coverage(month: shown.month) }) else { return }
        shown.page = page
    }

    public func monthBefore() { move(by: -1) }
    public func monthAfter() { move(by: 1) }

    public func open(_ venue: VenueId) { phone.way.to(.venue(venue)) }

    private func move(by months: Int) {
        let parts = shown.month.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 2 else { return }
        let count = parts[0] * 12 + (parts[1] - 1) + months
        shown.month = Self.text(year: count / 12, month: count % 12 + 1)
        refresh()
    }

    private static func month(of date: Date) -> Month {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "Asia/Shanghai") ?? .gmt
        return text(
            year: calendar.component(.year, from: date), month: calendar.component(.month, from: date))
    }

    private static func text(year: Int, month: Int) -> Month {
        String(format: "%04d-%02d", year, month)
    }
}
