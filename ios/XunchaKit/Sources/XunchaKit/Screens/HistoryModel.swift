// Records made on this phone, the latest first, page by page.

import XunchaCore

/// What the screen shows.
public struct HistoryShown: Showing {
    public var lines: [RecordLine] = []
    /// Whether there are more.
    public var hasMore = false
    public var trouble: Trouble?
}

/// What was made on this phone.
public final class HistoryModel: ScreenModel<HistoryShown> {
    private let pageLength: UInt32
    private var next: RecordId?

    public init(_ phone: Phone, pageLength: UInt32 = 30) {
        self.pageLength = pageLength
        super.init(phone, shown: HistoryShown())
        refresh()
    }

    /// Looks again, at as many as are shown.
    public override func refresh() {
        let length = max(pageLength, UInt32(shown.lines.count))
        guard let page = attempt({ try phone.book.history(before: nil, limit: length) }) else { return }
        shown.lines = page.lines
        keep(next: page.next)
    }

    /// The next page, below.
    public func more() {
        guard let next else { return }
        guard let page = attempt({ try phone.book.history(before: next, limit: pageLength) }) else { return }
        shown.lines += page.lines
        keep(next: page.next)
    }

    public func open(_ record: RecordId) { phone.way.to(.record(record)) }

    private func keep(next: RecordId?) {
        self.next = next
        shown.hasMore = next != nil
    }
}
