// What an inspection's screens show: which question, what is filled in so far.

import XunchaCore

/// What an inspection's screens show.
public struct InspectionShown: Showing {
    /// Which of its screens.
    public enum Step: Equatable, Sendable {
        /// The draft is gone or cannot be read.
        case none
        /// A question.
        case question(DraftItem)
        /// How many minors, of what age.
        case minors(DraftItem, ChoiceLine)
        /// Whether to take a photo, after an answer that wants one.
        case photo(DraftItem)
        /// All answers before 完成.
        case summary
        /// Whether to give it up.
        case discarding

        /// Which of them, whatever is filled in: another one is seen from its head on.
        public var part: Part {
            switch self {
            case .none: .none
            case .question(let item): .question(item.item)
            case .minors(let item, _): .minors(item.item)
            case .photo(let item): .photo(item.item)
            case .summary: .summary
            case .discarding: .discarding
            }
        }

        /// The question that it belongs to.
        var item: DraftItem? {
            switch self {
            case .question(let item), .minors(let item, _), .photo(let item): item
            case .none, .summary, .discarding: nil
            }
        }
    }

    /// The same by name.
    public enum Part: Hashable, Sendable {
        case none
        case question(ItemId)
        case minors(ItemId)
        case photo(ItemId)
        case summary
        case discarding
    }

    public var page: DraftPage?
    public var step = Step.none
    /// The number of the question, from 1.
    public var number = 0
    /// The question was opened from the summary: every way on leads back there.
    public var isFromSummary = false
    /// What is seen of minors, while it is asked.
    public var minors = MinorsForm()
    /// The words of a question that is answered in words, as written so far.
    public var words = ""
    /// A remark to the answer, as written so far; none while none is written.
    public var remark: String?
    /// Whether the law behind the question is shown.
    public var showsBasis = false
    /// What came of reading the position.
    public var near = Near()
    /// The photo that the next tap takes out.
    public var reallyRemove: PhotoId?
    /// Whether a picture is being taken in, for seconds on an old phone: nothing ends meanwhile.
    public var takesPhoto = false
    /// How many pictures were taken and are not in the inspection yet, as there was no room.
    public var photosLeft = 0
    public var trouble: Trouble?

    /// Whether the summary comes after the question on the screen.
    public var leadsToSummary: Bool { isFromSummary || number == page?.items.count }

    /// The photos of a question.
    public func photos(of item: DraftItem) -> [PhotoLine] {
        page?.photos.filter { $0.item == item.item } ?? []
    }

    /// The questions that were not looked at.
    public var skipped: [DraftItem] {
        page?.items.filter(\.skipped) ?? []
    }
}

/// What was seen of minors, as far as it is filled in: a count and age bands, never a person.
public struct MinorsForm: Equatable, Sendable {
    public var count: UInt16 = 1
    public var bands: Set<AgeBand> = []
    public var dissuaded = false
    public var inDanger = false

    var seen: MinorsSeen {
        MinorsSeen(count: count, bands: Array(bands), dissuaded: dissuaded, inDanger: inDanger)
    }
}

extension AgeBand {
    /// From the youngest on.
    public static let all: [AgeBand] = [.primary, .junior, .senior]
}

extension MinorsForm {
    /// As it was said before.
    init(_ seen: MinorsSeen) {
        self.init(
            count: seen.count, bands: Set(seen.bands), dissuaded: seen.dissuaded, inDanger: seen.inDanger)
    }
}
