// Enrolment: agree, scan the card or type its code, see whose phone it is now.

import XunchaCore

/// What the enrolment screen shows.
public struct EnrolShown: Showing {
    /// Where the enrolment stands.
    public enum Step: Equatable, Sendable {
        /// What is kept of position and photos, and that both may be refused.
        case consent
        /// Scan the card, or type what is on it.
        case card
        /// A card is at hand: whose hub it leads to, and whose phone this is so far.
        case confirm(hub: String, owner: String?)
        /// The hub is asked.
        case asking
        /// It is done: who, and which station.
        case enrolled(EnrolledAs)
    }

    public var step: Step
    /// The hub's address as typed.
    public var hub = ""
    /// The ten digits as typed.
    public var code = ""
    public var trouble: Trouble?
}

/// The screen of the first start, and of a phone that must enrol again.
public final class EnrolModel: ScreenModel<EnrolShown> {
    /// What the owner would know this phone by.
    private let label: String
    /// The card at hand.
    private var card: EnrolLink?
    /// Whether it was opened from outside of the app: anybody may have sent it.
    private let cameFromOutside: Bool

    public init(_ phone: Phone, label: String, card: EnrolLink? = nil) {
        self.label = label
        self.card = card
        cameFromOutside = card != nil
        super.init(phone, shown: EnrolShown(step: .consent))
        if phone.preferences.agreed { goOn() }
    }

    /// The page on position and photos was read; everything works without the position, too.
    public func agree(usesPosition: Bool) {
        phone.preferences.usesPosition = usesPosition
        phone.preferences.agreed = true
        goOn()
    }

    private func goOn() {
        shown.step = .card
        if let card { ask(about: card) }
    }

    public func type(hub: String) { shown.hub = hub }
    public func type(code: String) { shown.code = code }

    /// Scans the card's code and enrols.
    public func scan() async {
        shown.trouble = nil
        switch got(await phone.seams.camera.code()) {
        case .text(let link): await take(link)
        case .picture(let file):
            guard let link = await takeIn(file, { try cardInPhoto(file: $0) }) else { return }
            await take(link)
        case nil: break
        }
    }

    /// Enrols by the code that was typed.
    public func enrolTyped() async {
        shown.trouble = nil
        guard let link = attempt({ try typedCard(hub: shown.hub, code: shown.code) }) else { return }
        await take(link)
    }

    /// Yes, by this card.
    public func confirm() async {
        if let card { await enrol(by: card) }
    }

    /// Not by this one.
    public func decline() {
        card = nil
        if cameFromOutside { phone.way.back() } else { shown.step = .card }
    }

    /// A card that the person holds in hand: asked about only where the phone is somebody's already.
    private func take(_ link: EnrolLink) async {
        if owner == nil { await enrol(by: link) } else { ask(about: link) }
    }

    /// Nothing happens before the person has seen whose hub it is, and said so.
    private func ask(about link: EnrolLink) {
        guard let hub = attempt({ try hubOfCard(card: link) }) else { return }
        card = link
        shown.step = .confirm(hub: hub, owner: owner)
    }

    /// Whose phone it is, as long as it is anybody's.
    private var owner: String? {
        guard let status = try? phone.book.status(), !status.mustEnrol else { return nil }
        return status.enrolled?.memberName
    }

    /// Enrols by a card's link.
    public func enrol(by link: EnrolLink) async {
        guard shown.step != .asking else { return }
        shown.trouble = nil
        shown.step = .asking
        do {
            let enrolled = try await phone.uploader.letFirst {
                try await phone.book.enrol(card: link, platform: .ios, label: label)
            }
            // Whoever has the phone next is asked, too.
            phone.preferences.agreed = false
            shown.step = enrolled.map { .enrolled($0) } ?? .card
        } catch {
            shown.step = .card
            shown.trouble = Trouble(error, in: phone.language)
        }
    }

    /// On to the work: the station's venues are fetched now.
    public func begin() {
        phone.way.home()
        phone.uploader.begin()
    }
}
