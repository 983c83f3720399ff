// 待传: what only this phone has, and the button that uploads it now.

import XunchaCore

/// What the screen shows.
public struct OutboxShown: Showing {
    public var page: OutboxPage?
    public var trouble: Trouble?
}

/// What only this phone has.
public final class OutboxModel: ScreenModel<OutboxShown> {
    public init(_ phone: Phone) {
        super.init(phone, shown: OutboxShown())
        refresh()
    }

    public override func refresh() {
        guard let page = attempt({ try phone.book.outbox() }) else { return }
        shown.page = page
    }

    /// Hands over now. What comes of it the uploader tells, whoever wanted it.
    public func upload() async { await phone.uploader.upload() }

    /// Without a network: by file.
    public func handOver() { phone.way.to(.handOver) }

    public func open(_ record: RecordId) { phone.way.to(.record(record)) }
}
