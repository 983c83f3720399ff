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

    public init(_ phone: Phone, label: String) {
        self.label = label
        super.init(phone, shown: EnrolShown(step: phone.preferences.agreed ? .card : .consent))
    }

    /// The page on position and photos was read.
    public func agree() {
        phone.preferences.agreed = true
        shown.step = .card
    }

    public func type(hub: String) { shown.hub = hub }
    public func type(code: String) { shown.code = code }

    /// Scans the card's code and enrols.
    public func scan() async {
        shown.trouble = nil
        switch got(await phone.seams.camera.code()) {
        case .text(let link): await enrol(by: link)
        case .picture(let file):
            guard let link = await takeIn(file, { try cardInPhoto(file: $0) }) else { return }
            await enrol(by: link)
        case nil: break
        }
    }

    /// Enrols by the code that was typed.
    public func enrolTyped() async {
        shown.trouble = nil
        guard let link = attempt({ try typedCard(hub: shown.hub, code: shown.code) }) else { return }
        await enrol(by: link)
    }

    /// Enrols by a card's link, also one that was opened from outside.
    public func enrol(by link: EnrolLink) async {
        guard shown.step != .asking else { return }
        shown.trouble = nil
        shown.step = .asking
        do {
            let enrolled = try await phone.book.enrol(card: link, platform: .ios, label: label)
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
