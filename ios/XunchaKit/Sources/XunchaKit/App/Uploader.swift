// When what waits is handed over: on start, when a network comes up, after each record, when the core says to try
// again, and when the platform wakes us. What is sent and how, is the core's.

import Foundation
import XunchaCore

/// Something that looks again when the upload got on.
@MainActor
public protocol Refreshing: AnyObject {
    func refreshUnasked()
}

/// What is to be said of uploading.
public struct Uploading: Equatable, Sendable {
    /// Whether it is under way.
    public var isRunning = false
    /// Whether something goes first, for which it would have to wait: nothing is sent meanwhile.
    public var waitsInLine = false
    /// How the last one ended.
    public var report: SyncReport?
    /// What it got stuck at, with what to do; never more than a sentence.
    public var stuck: Trouble?
    /// What the last one found that somebody has to know, a sentence each.
    public var alerts: [String] = []
    /// How much of a photo the hub has, 0–1, while one is on its way.
    public var photo: Double?

    /// What came of it, a sentence each. That the platform cut it short means nothing to anybody.
    public var told: [String] {
        alerts + [stuck].compactMap { $0?.cause == .core(.cancelled) ? nil : $0?.sentence }
    }

    /// What the first screen says of it, too: not that there is no network, which passes by itself.
    public var toldFirst: String? {
        stuck?.cause == .core(.offline) ? alerts.first : told.first
    }
}

/// Hands over what waits, one upload at a time.
public final class Uploader: Observed<Uploading> {
    private let book: FieldBook
    private let seams: Seams
    private let handOverFile: HandOverFile
    private var listeners: [() -> (any Refreshing)?] = []
    private var running: Task<Void, Never>?
    private var isWanted = false
    private var nextTry: Task<Void, Never>?
    private var watching: Task<Void, Never>?
    /// The core takes one of those that go first at a time.
    private let turn = Turn()
    /// How many they are.
    private var ahead = 0 { didSet { shown.waitsInLine = ahead > 0 } }
    /// The upload that waits for them; it is told whether it may go on.
    private var inLine: CheckedContinuation<Bool, Never>?
    /// The platform cut the run short that is under way.
    private var isCut = false

    init(book: FieldBook, seams: Seams, handOverFile: HandOverFile) {
        self.book = book
        self.seams = seams
        self.handOverFile = handOverFile
        super.init(shown: Uploading())
    }

    /// From now on this one looks again after each step, for as long as it lives.
    func tell(_ listener: any Refreshing) {
        listeners.append { [weak listener] in listener }
    }

    /// The app is on the screen: hands over now, and whenever a network comes up.
    public func begin() {
        want()
        guard watching == nil else { return }
        watching = Task { [weak self, seams] in
            for await _ in seams.connectivity.cameUp() {
                self?.want()
            }
        }
    }

    /// Hands over what waits; if that is under way already, once more after it.
    public func want() {
        nextTry?.cancel()
        isWanted = true
        isCut = false
        guard running == nil else { return }
        // Whoever puts the phone away now may suspend the app in the middle; the end of the run thinks of it anew.
        seams.background.wake(at: seams.time.now())
        running = Task { await run() }
    }

    /// Hands over what waits, and is done when that is.
    public func upload() async {
        want()
        await running?.value
    }

    /// Woken by the platform: whether everything is handed over.
    public func uploadInBackground() async -> Bool {
        await withTaskCancellationHandler {
            await upload()
            return shown.stuck == nil && !somethingWaits
        } onCancel: { [book] in
            // Cancelling does not reach into the core by itself.
            book.cancelSync()
            Task { @MainActor in cut() }
        }
    }

    /// The platform lets the app go on no longer.
    private func cut() {
        book.cancelSync()
        isCut = true
        letGoOn(false)
    }

    /// Does what somebody stands and waits for, such as a head's decision. The core lets it go before an upload; one
    /// that would begin meanwhile begins after it.
    func letFirst<T: Sendable>(_ work: @MainActor () async throws -> T) async rethrows -> T {
        ahead += 1
        defer {
            ahead -= 1
            if ahead == 0 { letGoOn(true) }
        }
        return try await turn.take(work)
    }

    /// Waits for all that goes first. Whether the upload may go on then, or was cut short.
    private func waitInLine() async -> Bool {
        // They may be over by now.
        guard ahead > 0, !isCut else { return !isCut }
        return await withCheckedContinuation { inLine = $0 }
    }

    private func letGoOn(_ yes: Bool) {
        inLine?.resume(returning: yes)
        inLine = nil
    }

    private func run() async {
        // As after 完成, when the phone goes into the pocket at once.
        let rest = seams.background.stayAwake { [weak self] in self?.cut() }
        defer { rest() }
        shown.isRunning = true
        while isWanted {
            isWanted = false
            await once()
        }
        shown.isRunning = false
        running = nil
        plan()
        refreshAll()
    }

    private func once() async {
        // Before it began: the core would hear of no end.
        if isCut { return fail(Trouble(.core(.cancelled), in: book.locale())) }
        // What a run before this one left, perhaps of another process, which was cut short before it got so far.
        handOverFile.clearIfOvertaken()
        let (steps, heard) = AsyncStream.makeStream(of: SyncEvent.self)
        let listening = Task {
            for await step in steps { hear(step) }
        }
        do {
            let report = try await book.sync(observer: Ear(heard))
            shown.report = report
            shown.stuck = report.stuck.map { Trouble(.core($0), in: book.locale()) }
            shown.alerts = report.alerts.map { $0.advice(locale: book.locale()) }
        } catch let error as BookError where error.code == .alreadySyncing {
            if await waitInLine() {
                isWanted = true
            } else {
                fail(Trouble(.core(.cancelled), in: book.locale()))
            }
        } catch {
            fail(Trouble(error, in: book.locale()))
        }
        handOverFile.clearIfOvertaken()
        heard.finish()
        await listening.value
        shown.photo = nil
    }

    private func fail(_ stuck: Trouble) {
        shown.report = nil
        shown.alerts = []
        shown.stuck = stuck
    }

    private func hear(_ step: SyncEvent) {
        if case .photoProgress(_, let sent, let total) = step {
            shown.photo = total == 0 ? nil : Double(sent) / Double(total)
        } else {
            refreshAll()
        }
    }

    /// The core says when to try again; the platform wakes us if we are not on the screen then. A run that was cut
    /// short goes on whenever the platform likes. What only a person can mend waits for the person.
    private func plan() {
        if let next = shown.report?.nextTry.map(Date.init(milliseconds:)) {
            seams.background.wake(at: next)
            nextTry = Task { [weak self, seams] in
                await seams.time.pause(until: next)
                if !Task.isCancelled { self?.want() }
            }
        } else if shown.stuck?.cause == .core(.cancelled) {
            seams.background.wake(at: seams.time.now())
        } else {
            seams.background.sleep()
        }
    }

    /// Whether something is only on this phone. A book that cannot be read now is not known to be empty.
    private var somethingWaits: Bool {
        guard let outbox = try? book.outbox() else { return true }
        return outbox.recordsWaiting + outbox.photosWaiting > 0
    }

    private func refreshAll() {
        listeners.removeAll { $0() == nil }
        for listener in listeners { listener()?.refreshUnasked() }
    }
}

/// Hears the core's steps on whatever thread they come from, and passes them on in order.
private final class Ear: SyncObserver {
    private let heard: AsyncStream<SyncEvent>.Continuation

    init(_ heard: AsyncStream<SyncEvent>.Continuation) {
        self.heard = heard
    }

    func onEvent(event: SyncEvent) {
        heard.yield(event)
    }
}

extension Date {
    /// A moment as the core tells it.
    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
