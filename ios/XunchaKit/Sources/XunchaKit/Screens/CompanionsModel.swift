// Who goes along: volunteers go in twos or threes.

import XunchaCore

/// What the screen shows.
public struct CompanionsShown: Showing {
    public var colleagues: [PersonLine] = []
    public var chosen: [MemberId] = []
    public var trouble: Trouble?
}

/// The question before an inspection's first one.
public final class CompanionsModel: ScreenModel<CompanionsShown> {
    public let venue: VenueId

    public init(_ phone: Phone, venue: VenueId) {
        self.venue = venue
        super.init(phone, shown: CompanionsShown())
        settle()
        refresh()
    }

    public override func refresh() {
        guard let colleagues = attempt({ try phone.book.colleagues() }) else { return }
        shown.colleagues = colleagues
    }

    /// This one goes along, or does not after all.
    public func toggle(_ person: MemberId) {
        if let at = shown.chosen.firstIndex(of: person) {
            shown.chosen.remove(at: at)
        } else {
            shown.chosen.append(person)
        }
    }

    /// On to the first question.
    public func begin() {
        guard isSettled else { return }
        settle()
        let draft = attempt {
            try phone.book.start(venue: venue, companions: shown.chosen, fix: nil)
        }
        guard let draft else { return }
        phone.way.home(then: .inspection(draft))
    }
}
