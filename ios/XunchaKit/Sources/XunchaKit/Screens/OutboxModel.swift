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

    /// Hands over now. What it got stuck at is a sentence, and nothing is lost by it.
    public func upload() async {
        shown.trouble = nil
        await phone.uploader.upload()
        shown.trouble = phone.uploader.shown.stuck
    }

    public func open(_ record: RecordId) { phone.way.to(.record(record)) }
}
