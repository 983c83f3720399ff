// An inspection: one question a screen. Every answer is on the disk before the next question appears; which one
// that is, and what an answer may be, is the core's.

import Foundation
import XunchaCore

/// An inspection under way.
public final class InspectionModel: ScreenModel<InspectionShown> {
    public let draft: DraftId
    /// It was finished or given up; the screen may be seen a moment longer.
    private(set) var isOver = false
    /// The next question stands where the one before was answered, and nobody has read it yet.
    public override var shown: InspectionShown {
        didSet { if shown.step.part != oldValue.step.part { settle() } }
    }
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
        switch shown.step {
        case .minors(let item, let choice): shown.step = .minors(page.now(item), choice)
        case .photo(let item): shown.step = .photo(page.now(item))
        case .discarding: break
        case .summary where !shown.isFromSummary: break
        default: show(page)
        }
    }

    // MARK: answers

    /// One of the large buttons.
    public func choose(_ choice: ChoiceLine) {
        guard isSettled, keepWords(), let item = question else { return }
        if choice.asksMinors {
            askMore(of: item, choice)
        } else {
            answer(item, .choice(choice: choice.code, minors: nil))
        }
    }

    private func askMore(of item: DraftItem, _ choice: ChoiceLine) {
        let seen = minors(in: item.begun) ?? minors(in: item.answer?.answer)
        shown.minors = seen.map(MinorsForm.init) ?? MinorsForm()
        shown.step = .minors(item, choice)
        readByItself()
    }

    /// 未查看.
    public func notLooked() {
        guard isSettled, let item = question else { return }
        answer(item, .notLooked)
    }

    public func count(_ count: UInt16) { fillIn { $0.count = count } }
    public func oneMore() { if shown.minors.count < .max { count(shown.minors.count + 1) } }
    /// Whoever saw minors saw one at least.
    public func oneFewer() { if shown.minors.count > 1 { count(shown.minors.count - 1) } }
    public func dissuaded(_ yes: Bool) { fillIn { $0.dissuaded = yes } }
    public func inDanger(_ yes: Bool) { fillIn { $0.inDanger = yes } }

    /// This age was seen, or was not after all.
    public func toggle(_ band: AgeBand) {
        fillIn { if $0.bands.remove(band) == nil { $0.bands.insert(band) } }
    }

    /// On the disk with each tap: it is no answer before it is confirmed, and is there to go on with.
    private func fillIn(_ change: (inout MinorsForm) -> Void) {
        change(&shown.minors)
        guard case .minors(let item, let choice) = shown.step, shown.minors.count > 0 else { return }
        let begun = Answer.choice(choice: choice.code, minors: shown.minors.seen)
        attempt { try phone.book.setBegun(draft: draft, item: item.item, answer: begun) }
        refresh()
    }

    /// What was seen of minors is said.
    public func confirmMinors() {
        guard isSettled, case .minors(let item, let choice) = shown.step else { return }
        answer(item, .choice(choice: choice.code, minors: shown.minors.seen))
    }

    /// Words, letter by letter. They are on the disk a second after the last one.
    public func write(_ words: String) {
        shown.words = words
        keepSoon()
    }

    /// A remark to the question is wanted, answered or not.
    public func beginRemark() {
        shown.remark = question?.note ?? ""
    }

    /// The remark, letter by letter; kept as words are.
    public func write(remark: String) {
        shown.remark = remark
        keepSoon()
    }

    /// The remark is complete; the question stays.
    public func confirmRemark() {
        if keepWords() { shown.remark = nil }
    }

    private func keepSoon() {
        writing?.cancel()
        writing = Task { [weak self, time = phone.seams.time] in
            await time.pause(until: time.now() + 1)
            if !Task.isCancelled { self?.keepUnasked() }
        }
    }

    private func keepUnasked() { unasked { keepWords() } }

    /// Keeps what is written and stays: called when the writing pauses and when the app leaves the screen. Whether
    /// nothing is written but what is on the disk: else it stays on the screen, and why is told.
    @discardableResult
    public func keepWords() -> Bool {
        writing?.cancel()
        guard let item = question else { return true }
        let (before, note) = (item.answer?.answer ?? .notLooked, note(to: item))
        let words = item.takesText ? inWords : before
        guard words != before || note != item.note else { return true }
        let kept: Void? = attempt {
            if words != before {
                let answer = ItemAnswer(item: item.item, answer: words, note: note)
                try phone.book.answer(draft: draft, answer: answer)
                try phone.book.goTo(draft: draft, item: item.item)
            } else {
                try phone.book.setNote(draft: draft, item: item.item, note: note)
            }
        }
        guard kept != nil else { return false }
        refresh()
        return true
    }

    /// The words are complete.
    public func confirmWords() {
        guard isSettled else { return }
        writing?.cancel()
        guard let item = question, item.takesText else { return }
        answer(item, inWords)
    }

    /// What is written; words that were erased are gone.
    private var inWords: Answer {
        let words = trimmed(shown.words)
        return words.isEmpty ? .notLooked : .text(text: words)
    }

    /// The remark that is being written, else the one from before.
    private func note(to item: DraftItem) -> String? {
        guard let remark = shown.remark.map(trimmed) else { return item.note }
        return remark.isEmpty ? nil : remark
    }

    private func trimmed(_ words: String) -> String {
        words.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: back and forth

    /// One question back, without loss; from the first one out of the inspection, which stays as it is.
    public func back() {
        guard isSettled, keepWords() else { return }
        switch shown.step {
        case .minors(let item, _), .photo(let item): return show(item)
        default: break
        }
        if shown.step == .discarding { return summarise() }
        if question != nil, shown.isFromSummary { return summarise() }
        guard let items = shown.page?.items, let before = items.prefix(shown.number - 1).last else {
            return leave(to: nil)
        }
        go(to: before)
    }

    /// Out of the inspection from wherever one is; it stays as it is, to go on with later.
    public func putAside() {
        if isSettled, keepWords() { leave(to: nil) }
    }

    /// On without an answer: one that was given before stays.
    public func forward() {
        guard isSettled else { return }
        guard !shown.leadsToSummary, let after = shown.page?.items.dropFirst(shown.number).first else {
            return summarise()
        }
        if keepWords() { go(to: after) }
    }

    /// A question, out of the summary.
    public func open(_ item: DraftItem) {
        guard isSettled else { return }
        shown.isFromSummary = true
        go(to: item)
    }

    /// All answers so far; what is open counts as not looked at.
    public func summarise() {
        guard isSettled, keepWords(), let page = attempt({ try phone.book.draft(draft: draft) }) else {
            return
        }
        shown.page = page
        shown.isFromSummary = false
        showSummary(page)
    }

    public func showBasis(_ yes: Bool) { shown.showsBasis = yes }

    // MARK: the end

    /// 完成: safe on this phone when this returns.
    public func finish() {
        guard isSettled, !shown.takesPhoto, keepWords() else { return }
        guard let saved = attempt({ try phone.book.finish(draft: draft) }) else { return }
        end(with: .done(saved.record))
        phone.uploader.want()
    }

    /// Asks first.
    public func askToDiscard() {
        if isSettled { shown.step = .discarding }
    }

    /// Gives the inspection up, with its photos.
    public func discard() {
        guard isSettled, !shown.takesPhoto, attempt({ try phone.book.discard(draft: draft) }) != nil else {
            return
        }
        end(with: nil)
    }

    private func end(with route: Route?) {
        isOver = true
        phone.takenPhotos.forget(draft)
        leave(to: route)
    }

    /// Never while a picture is being taken in: it would come to nothing, and nobody would hear of it.
    private func leave(to route: Route?) {
        guard !shown.takesPhoto else { return }
        phone.seams.speaker.stop()
        phone.way.home(then: route)
    }

    // MARK: inside

    /// The question on the screen.
    var question: DraftItem? {
        guard case .question(let item) = shown.step else { return nil }
        return item
    }

    private func minors(in answer: Answer?) -> MinorsSeen? {
        guard case .choice(_, let minors) = answer else { return nil }
        return minors
    }

    private func answer(_ item: DraftItem, _ answer: Answer) {
        let whole = ItemAnswer(item: item.item, answer: answer, note: note(to: item))
        // An answer that was not taken leaves the question on the screen.
        let page = attempt {
            try phone.book.answer(draft: draft, answer: whole)
            return try phone.book.draft(draft: draft)
        }
        guard let page else { return }
        if page.now(item).wantsPhoto {
            askForPhoto(of: item)
        } else if shown.isFromSummary {
            summarise()
        } else {
            shown.page = page
            show(page)
        }
    }

    /// Until somebody goes on, a killed app reopens at the question.
    private func askForPhoto(of item: DraftItem) {
        let page = attempt {
            try phone.book.goTo(draft: draft, item: item.item)
            return try phone.book.draft(draft: draft)
        }
        guard let page else { return }
        shown.page = page
        shown.step = .photo(page.now(item))
        shown.trouble = nil
        readByItself()
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
        let reopens = shown.step == .none
        let isAnother = question?.item != item.item
        shown.number = (shown.page?.items.firstIndex { $0.item == item.item } ?? 0) + 1
        shown.step = .question(item)
        guard isAnother else { return }
        writing?.cancel()
        shown.trouble = nil
        shown.showsBasis = false
        shown.reallyRemove = nil
        shown.words = ""
        shown.remark = nil
        if case .text(let text) = item.answer?.answer { shown.words = text }
        // A follow-up that was on the screen when the app ended.
        if reopens, case .choice(let code, _) = item.begun,
            let choice = item.choices.first(where: { $0.code == code })
        {
            return askMore(of: item, choice)
        }
        readByItself()
    }

    private func showSummary(_ page: DraftPage) {
        shown.number = page.items.count + 1
        shown.step = .summary
    }
}

extension DraftPage {
    /// A question as it stands on this page.
    fileprivate func now(_ item: DraftItem) -> DraftItem { items.first { $0.item == item.item } ?? item }
}
