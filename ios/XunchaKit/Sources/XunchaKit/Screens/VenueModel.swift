// A venue: where it is, what is near, who went, what to look at again.

import XunchaCore

/// What a venue's screen shows.
public struct VenueShown: ShowingCheckIn {
    public var page: VenuePage?
    /// Where the reading of the position for a check-in stands.
    public var near = Near()
    public var note = ""
    public var waiting: VenueId?
    public var trouble: Trouble?
}

/// A venue's screen.
public final class VenueModel: ScreenModel<VenueShown> {
    public let venue: VenueId

    public init(_ phone: Phone, venue: VenueId) {
        self.venue = venue
        super.init(phone, shown: VenueShown())
        settle()
        refresh()
    }

    public override func refresh() {
        guard let page = attempt({ try phone.book.venue(venue: venue) }) else { return }
        shown.page = page
    }

    /// Begins an inspection, by asking who goes along, or goes on with the one under way.
    public func start() {
        guard isSettled else { return }
        phone.way.to((shown.page?.underWay).map { .inspection($0) } ?? .companions(venue))
    }

    /// Checks in with one tap, with the position if there is one to be had.
    public func checkIn() async {
        guard isSettled else { return }
        await checkIn(venue) {
            shown.near.isLocating = true
            shown.near = Near(located: await phone.seams.locator.fix())
        }
    }
}
