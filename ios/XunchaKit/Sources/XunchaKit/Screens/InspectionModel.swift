// An inspection: one question a screen. Every answer is on the disk before the next question appears; which one
// that is, and what an answer may be, is the core's.

import Foundation
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
        /// All answers before 完成.
        case summary
    }

    public var page: DraftPage?
    public var step = Step.none
    /// The number of the question, from 1.
    public var number = 0
    /// What is seen of minors, while it is asked.
    public var minors = MinorsForm()
    /// The words of a question that is answered in words, as written so far.
    public var words = ""
    /// Whether the law behind the question is shown.
    public var showsBasis = false
    /// Whether a picture is being taken in.
    public var takesPhoto = false
    public var trouble: Trouble?

    /// The questions that were not looked at.
    public var skipped: [DraftItem] {
        page?.items.filter { $0.answer == nil || $0.answer?.answer == .notLooked } ?? []
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

/// An inspection under way.
public final class InspectionModel: ScreenModel<InspectionShown> {
    public let draft: DraftId
    /// A question was opened from the summary: its answer leads back there.
    private var cameFromSummary = false
    /// It was finished or given up; the screen may be seen a moment longer.
    private var isOver = false
    /// Keeps the words once the writing pauses.
    private var writing: Task<Void, Never>?

    public init(_ phone: Phone, draft: DraftId) {
        self.draft = draft
        super.init(phone, shown: InspectionShown())
        refresh()
    }

    public override func refresh() {
        if isOver { return }
        guard let page = attempt({ try phone.book.draft(draft: draft) }) else { return }
        shown.page = page
        if case .minors = shown.step { return }
        if shown.step == .summary, !cameFromSummary { return }
        show(page)
    }

    // MARK: answers

    /// One of the large buttons.
    public func choose(_ choice: ChoiceLine) {
        guard let item = question else { return }
        if choice.asksMinors {
            shown.minors = seen(of: item).map(MinorsForm.init) ?? MinorsForm()
            shown.step = .minors(item, choice)
        } else {
            answer(item, .choice(choice: choice.code, minors: nil))
        }
    }

    /// 未查看.
    public func notLooked() {
        guard let item = question else { return }
        answer(item, .notLooked)
    }

    public func count(_ count: UInt16) { shown.minors.count = count }
    public func dissuaded(_ yes: Bool) { shown.minors.dissuaded = yes }
    public func inDanger(_ yes: Bool) { shown.minors.inDanger = yes }

    /// This age was seen, or was not after all.
    public func toggle(_ band: AgeBand) {
        if shown.minors.bands.remove(band) == nil { shown.minors.bands.insert(band) }
    }

    /// What was seen of minors is said.
    public func confirmMinors() {
        guard case .minors(let item, let choice) = shown.step else { return }
        answer(item, .choice(choice: choice.code, minors: shown.minors.seen))
    }

    /// Words, letter by letter. They are on the disk a second after the last one.
    public func write(_ words: String) {
        shown.words = words
        writing?.cancel()
        writing = Task { [weak self, time = phone.seams.time] in
            await time.pause(until: time.now() + 1)
            if !Task.isCancelled { self?.keepWords() }
        }
    }

    /// Keeps the words and stays: called when the writing pauses and when the app leaves the screen.
    public func keepWords() {
        writing?.cancel()
        guard let item = question, item.takesText, !shown.words.isEmpty else { return }
        attempt {
            try phone.book.answer(draft: draft, answer: inWords(item))
            try phone.book.goTo(draft: draft, item: item.item)
        }
    }

    /// The words are complete.
    public func confirmWords() {
        writing?.cancel()
        guard let item = question, item.takesText else { return }
        answer(item, shown.words.isEmpty ? .notLooked : inWords(item).answer)
    }

    /// A remark to the question's answer; the question stays.
    public func remark(_ note: String) {
        guard let item = question else { return }
        let given = item.answer?.answer ?? .notLooked
        attempt {
            let note = note.isEmpty ? nil : note
            try phone.book.answer(
                draft: draft, answer: ItemAnswer(item: item.item, answer: given, note: note))
            try phone.book.goTo(draft: draft, item: item.item)
        }
        refresh()
    }

    // MARK: back and forth

    /// One question back, without loss; from the first one out of the inspection, which stays as it is.
    public func back() {
        keepWords()
        if case .minors(let item, _) = shown.step { return show(item) }
        guard let items = shown.page?.items, let before = items.prefix(shown.number - 1).last else {
            return leave(to: nil)
        }
        cameFromSummary = false
        go(to: before)
    }

    /// A question, out of the summary.
    public func open(_ item: DraftItem) {
        cameFromSummary = true
        go(to: item)
    }

    /// All answers so far; what is open counts as not looked at.
    public func summarise() {
        keepWords()
        guard let page = attempt({ try phone.book.draft(draft: draft) }) else { return }
        shown.page = page
        cameFromSummary = false
        showSummary(page)
    }

    public func showBasis(_ yes: Bool) { shown.showsBasis = yes }

    /// Reads the question and its buttons aloud.
    public func readAloud() {
        guard let item = question else { return }
        let spoken = [item.dayType, item.question].compactMap { $0 } + item.choices.map(\.label)
        phone.seams.speaker.say(spoken.joined(separator: "。"), in: phone.language)
    }

    // MARK: photos and placard

    /// Takes a picture for the question on the screen.
    public func takePhoto() async {
        shown.trouble = nil
        let item = question?.item
        switch await phone.seams.camera.picture() {
        case .taken(let file):
            shown.takesPhoto = true
            let (book, draft) = (phone.book, draft)
            _ = await attemptSlowly { try book.addPhoto(draft: draft, file: file.path, item: item) }
            shown.takesPhoto = false
            refresh()
        case .cancelled: break
        case .refused: shown.trouble = Trouble(.cameraRefused, in: phone.language)
        case .failed: shown.trouble = Trouble(.cameraFailed, in: phone.language)
        }
    }

    public func remove(_ photo: PhotoLine) {
        attempt { try phone.book.removePhoto(draft: draft, photo: photo.id) }
        refresh()
    }

    /// Scans the venue's placard, where it has one.
    public func scanPlacard() async {
        shown.trouble = nil
        switch await phone.seams.camera.code() {
        case .taken(let seen):
            let (book, draft) = (phone.book, draft)
            _ = await attemptSlowly {
                let code =
                    switch seen {
                    case .text(let text): text
                    case .picture(let file): try placardInPhoto(file: file.path)
                    }
                try book.scanPlacard(draft: draft, code: code)
            }
            refresh()
        case .cancelled: break
        case .refused: shown.trouble = Trouble(.cameraRefused, in: phone.language)
        case .failed: shown.trouble = Trouble(.cameraFailed, in: phone.language)
        }
    }

    // MARK: the end

    /// 完成: safe on this phone when this returns.
    public func finish() {
        keepWords()
        guard let saved = attempt({ try phone.book.finish(draft: draft) }) else { return }
        isOver = true
        leave(to: .done(saved.record))
        phone.uploader.want()
    }

    /// Gives the inspection up, with its photos. The view asks first.
    public func discard() {
        guard attempt({ try phone.book.discard(draft: draft) }) != nil else { return }
        isOver = true
        leave(to: nil)
    }

    private func leave(to route: Route?) {
        phone.seams.speaker.stop()
        phone.way.home(then: route)
    }

    // MARK: inside

    /// The question on the screen.
    private var question: DraftItem? {
        guard case .question(let item) = shown.step else { return nil }
        return item
    }

    private func seen(of item: DraftItem) -> MinorsSeen? {
        guard case .choice(_, let minors) = item.answer?.answer else { return nil }
        return minors
    }

    private func inWords(_ item: DraftItem) -> ItemAnswer {
        ItemAnswer(item: item.item, answer: .text(text: shown.words), note: item.answer?.note)
    }

    private func answer(_ item: DraftItem, _ answer: Answer) {
        let kept: Void? = attempt {
            try phone.book.answer(
                draft: draft, answer: ItemAnswer(item: item.item, answer: answer, note: item.answer?.note))
        }
        // An answer that was not taken leaves the question on the screen.
        guard kept != nil else { return }
        cameFromSummary ? summarise() : next()
    }

    private func next() {
        guard let page = attempt({ try phone.book.draft(draft: draft) }) else { return }
        shown.page = page
        show(page)
    }

    private func go(to item: DraftItem) {
        guard attempt({ try phone.book.goTo(draft: draft, item: item.item) }) != nil else { return }
        next()
    }

    /// What the core says is on the screen.
    private func show(_ page: DraftPage) {
        guard let item = page.items.first(where: { $0.item == page.current }) else {
            return showSummary(page)
        }
        show(item)
    }

    private func show(_ item: DraftItem) {
        let isAnother = question?.item != item.item
        shown.number = (shown.page?.items.firstIndex { $0.item == item.item } ?? 0) + 1
        shown.step = .question(item)
        guard isAnother else { return }
        writing?.cancel()
        shown.trouble = nil
        shown.showsBasis = false
        shown.words = ""
        if case .text(let text) = item.answer?.answer { shown.words = text }
        if phone.preferences.readsAloud { readAloud() }
    }

    private func showSummary(_ page: DraftPage) {
        shown.number = page.items.count + 1
        shown.step = .summary
    }
}
