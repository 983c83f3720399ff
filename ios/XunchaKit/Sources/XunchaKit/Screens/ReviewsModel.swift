// 审核: for the head, what waits; one tap approves, and to return one a reason is written.

import XunchaCore

/// What the screen shows.
public struct ReviewsShown: Showing {
    public var queue: ReviewQueue?
    /// The record that is being returned: a reason is asked for.
    public var returning: ReviewLine?
    /// The reason as written so far.
    public var reason = ""
    /// The record about which the hub is asked.
    public var asking: RecordId?
    public var trouble: Trouble?
}

/// The head's review. A decision needs the hub; without it nothing changes.
public final class ReviewsModel: ScreenModel<ReviewsShown> {
    public init(_ phone: Phone) {
        super.init(phone, shown: ReviewsShown())
        refresh()
    }

    public override func refresh() {
        attempt { shown.queue = try phone.book.reviewQueue() }
    }

    /// Why records are mostly returned: text of the record, in the language that is set.
    public var usualReasons: [String] {
        [
            phone.language.pick("请补一张入口标志的照片。", "Please add a photo of the sign at the entrance."),
            phone.language.pick("有几题没有查看，请补上。", "Some questions were not looked at. Please add them."),
            phone.language.pick(
                "请在场所门口再读一次位置。", "Please read the position again at the door of the venue."),
        ]
    }

    /// Asks for the reason first.
    public func beginReturning(_ line: ReviewLine) {
        shown.returning = line
        shown.reason = ""
    }

    public func write(_ reason: String) { shown.reason = reason }

    public func leaveReason() { shown.returning = nil }

    public func approve(_ line: ReviewLine) async {
        await decide(on: line) { book in try await book.approve(record: line.record) }
    }

    /// Returns the record that a reason was written for.
    public func giveBack() async {
        guard let line = shown.returning else { return }
        let reason = shown.reason
        if await decide(
            on: line, { book in try await book.returnRecord(record: line.record, reason: reason) })
        {
            leaveReason()
        }
    }

    @discardableResult
    private func decide(
        on line: ReviewLine, _ decision: @Sendable (FieldBook) async throws -> Void
    ) async -> Bool {
        guard shown.asking == nil else { return false }
        shown.trouble = nil
        shown.asking = line.record
        defer { shown.asking = nil }
        do {
            try await phone.uploader.letFirst { try await decision(phone.book) }
            refresh()
            return true
        } catch {
            shown.trouble = Trouble(error, in: phone.language)
            return false
        }
    }
}
