// 审核: for the head, what waits; one tap shows it, one approves it, and to return one a reason is written.

import XunchaCore

/// What the screen shows.
public struct ReviewsShown: Showing {
    public var queue: ReviewQueue?
    /// Whether others wait that are not among these.
    public var hasOthers = false
    /// The record that is being returned: a reason is asked for.
    public var returning: ReviewLine?
    /// The reasons as written so far, each for its record: what was written stays until it is sent.
    var reasons: [RecordId: String] = [:]
    /// The record about which the hub is asked.
    public var asking: RecordId?
    public var trouble: Trouble?

    /// The reason as written so far.
    public var reason: String { returning.flatMap { reasons[$0.record] } ?? "" }
}

/// The head's review. A decision needs the hub; without it nothing changes.
public final class ReviewsModel: ScreenModel<ReviewsShown> {

    public init(_ phone: Phone) {
        super.init(phone, shown: ReviewsShown())
        refresh()
    }

    /// All that waits, in the core's order: the page is opened, or the others are wanted.
    public override func refresh() {
        guard let queue = attempt({ try phone.book.reviewQueue() }) else { return }
        shown.queue = queue
        shown.hasOthers = false
    }

    /// A finger may be on its way: each line stays where it is, and that others came is only said.
    public override func refreshUnasked() {
        unasked {
            guard let queue = attempt({ try phone.book.reviewQueue() }) else { return }
            keep(shown.queue?.lines ?? queue.lines, of: queue)
        }
    }

    /// Opens what was answered and photographed.
    public func look(at line: ReviewLine) {
        if isSettled { phone.way.to(.review(line.record)) }
    }

    /// Asks for the reason first.
    public func beginReturning(_ line: ReviewLine) {
        guard isSettled else { return }
        shown.returning = line
    }

    public func write(_ reason: String) {
        if let line = shown.returning { shown.reasons[line.record] = reason }
    }

    public func leaveReason() { shown.returning = nil }

    public func approve(_ line: ReviewLine) async {
        guard isSettled else { return }
        await decide(on: line) { book in try await book.approve(record: line.record) }
    }

    /// Returns the record that a reason was written for.
    public func giveBack() async {
        guard let line = shown.returning else { return }
        let reason = shown.reason
        let isDone = await decide(on: line) { book in
            try await book.returnRecord(record: line.record, reason: reason)
        }
        guard isDone else { return }
        shown.reasons[line.record] = nil
        // By now another one's reason may be written.
        if shown.returning?.record == line.record { leaveReason() }
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
            takeOut()
            return true
        } catch {
            takeOut()
            shown.trouble = Trouble(error, in: phone.language)
            return false
        }
    }

    /// Takes out what waits no more, whoever decided it.
    private func takeOut() {
        guard let before = shown.queue?.lines, let queue = attempt({ try phone.book.reviewQueue() }) else {
            return
        }
        let waiting = Set(queue.lines.map(\.record))
        let left = before.filter { waiting.contains($0.record) }
        if left.count < before.count { settle() }
        keep(left, of: queue)
    }

    private func keep(_ lines: [ReviewLine], of queue: ReviewQueue) {
        let kept = Set(lines.map(\.record))
        shown.queue = ReviewQueue(lines: lines, text: queue.text, usualReasons: queue.usualReasons)
        shown.hasOthers = queue.lines.contains { !kept.contains($0.record) }
    }
}
