// The first screen: venues in order of need, inspections under way, what waits.

import XunchaCore

/// What the first screen shows.
public struct HomeShown: Showing {
    public var page: HomePage?
    /// Whether the phone must be enrolled (again) before anything can be saved or sent.
    public var mustEnrol = false
    /// What came of reading the position, for those who asked for what is near.
    public var near = Near()
    /// The inspection that the next tap gives up.
    public var reallyDiscard: DraftId?
    public var trouble: Trouble?
}

/// The first screen.
public final class HomeModel: ScreenModel<HomeShown> {
    public init(_ phone: Phone) {
        super.init(phone, shown: HomeShown())
        refresh()
    }

    public override func refresh() {
        guard let page = attempt(look) else {
            // Who was never enrolled has no page at all.
            if shown.trouble?.cause == .core(.notEnrolled) { shown.mustEnrol = true }
            return
        }
        (shown.page, shown.mustEnrol) = (page, page.mustEnrol)
    }

    /// The screen is there, for the first time or again. On patrol the nearest venues are wanted on top, without a tap
    /// where nobody has to be asked.
    public func appeared() async {
        shown.reallyDiscard = nil
        refresh()
        guard shown.page?.nearestFirst == true, !shown.near.isFresh(at: phone.seams.time.now()) else {
            return
        }
        if await phone.seams.locator.mayRead() { await locate() }
    }

    /// Puts distances beside the venues; for the police the nearest come first.
    public func locate() async {
        guard !shown.near.isLocating else { return }
        shown.near.isLocating = true
        shown.near = Near(located: await phone.seams.locator.fix())
        refresh()
    }

    public func enrol() { phone.way.to(.enrol) }

    /// To what a notice is about. What was refused stands among what only this phone has.
    public func follow(_ notice: Notice) {
        switch notice.leadsTo {
        case .record(let record): phone.way.to(.record(record))
        case .records: phone.way.to(notice.code == .refusedRecords ? .outbox : .history)
        case nil: break
        }
    }

    public func open(_ venue: VenueId) { phone.way.to(.venue(venue)) }

    /// Goes on with an inspection under way; one that cannot be read any more says so by itself.
    public func resume(_ draft: DraftLine) {
        if draft.readable { phone.way.to(.inspection(draft.draft)) }
    }

    /// Gives up an inspection that cannot be opened any more, at the second tap.
    public func discard(_ draft: DraftLine) {
        guard shown.reallyDiscard == draft.draft else {
            settle()
            return shown.reallyDiscard = draft.draft
        }
        guard isSettled else { return }
        if attempt({ try phone.book.discard(draft: draft.draft) }) != nil {
            phone.takenPhotos.forget(draft.draft)
        }
        refresh()
    }

    private func look() throws -> HomePage {
        if let fix = shown.near.fix { return try phone.book.homeAt(fix: fix) }
        return try phone.book.home()
    }
}
