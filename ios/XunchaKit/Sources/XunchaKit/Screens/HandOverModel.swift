// 用文件上交: where no network joins phone and hub, a file goes and its answer comes back.

import Foundation
import XunchaCore

/// What the screen shows.
public struct HandOverShown: Showing {
    public var page: HandOverPage?
    /// The file that was written, for whatever app is chosen.
    public var file: URL?
    /// What went into it.
    public var written: HandedOver?
    /// What the last answer brought.
    public var taken: TakenAnswer?
    /// A file was opened in the middle of an inspection: whether to read it in now.
    public var asks = false
    /// A file is written or read.
    public var isBusy = false
    public var trouble: Trouble?
}

/// Handing over by file. A file that was written is no receipt: only its answer is.
public final class HandOverModel: ScreenModel<HandOverShown> {
    /// A file that was opened from outside of the app.
    private let opened: URL?
    /// The same, until it is read in.
    private var offered: URL?
    private var isLeft = false

    public init(_ phone: Phone, answer: OpenedFile? = nil) {
        opened = answer?.url
        offered = answer?.url
        super.init(phone, shown: HandOverShown())
        if answer != nil, case .inspection = phone.way.shown.dropLast().last { shown.asks = true }
        refresh()
    }

    /// The screen is there: a file that was opened is read in, unless the person is asked first.
    public func appeared() async {
        refresh()
        if !shown.asks { await readOffered() }
    }

    /// Reads in the file that was opened.
    public func readOffered() async {
        guard let file = offered else { return }
        (offered, shown.asks) = (nil, false)
        await take(.success(file))
        if shown.taken != nil || isLeft { file.removeIfOurs() }
    }

    /// Not now: the inspection goes on.
    public func decline() {
        phone.way.back()
    }

    /// The page goes, by whatever way: a copy that was not read in goes with it.
    public func left() {
        isLeft = true
        if !shown.isBusy { opened?.removeIfOurs() }
    }

    public override func refresh() {
        guard let page = attempt({ try phone.book.handOverPage() }) else { return }
        shown.page = page
        // All that waited went by the network: what is said of the file is so no more.
        if shown.written?.holdsSomething == true, !page.holdsSomething { forget() }
    }

    /// Writes what waits into a file; one of before goes.
    public func write() async {
        await work {
            forget()
            (shown.file, shown.written) = try await phone.handOverFile.write()
        }
    }

    /// Takes the answer from a file that was chosen. Its own file is not needed any more then.
    public func take(_ chosen: Result<URL, any Error>) async {
        guard case .success(let file) = chosen else {
            shown.trouble = Trouble(.core(.fileUnreadable), in: phone.language)
            return
        }
        await work {
            shown.taken = try await file.opened { try await phone.book.takeAnswer(from: file.path) }
            await phone.handOverFile.clear()
            forget()
        }
    }

    private func forget() {
        (shown.file, shown.written) = (nil, nil)
    }

    private func work(_ work: () async throws -> Void) async {
        guard !shown.isBusy else { return }
        (shown.trouble, shown.taken, shown.isBusy) = (nil, nil, true)
        do {
            try await work()
        } catch {
            shown.trouble = Trouble(error, in: phone.language)
        }
        shown.isBusy = false
        refresh()
    }
}

extension URL {
    /// Runs with the right to read a file outside the app that somebody chose.
    @MainActor
    fileprivate func opened<T: Sendable>(_ work: @MainActor () async throws -> T) async rethrows -> T {
        #if canImport(Darwin)
            let isOpen = startAccessingSecurityScopedResource()
            defer { if isOpen { stopAccessingSecurityScopedResource() } }
        #endif
        return try await work()
    }

    /// What the platform copied into the app for it to open is the app's to remove; what lies elsewhere is not.
    fileprivate func removeIfOurs() {
        let (file, home) = (resolvingSymlinksInPath(), URL(fileURLWithPath: NSHomeDirectory()))
        let isInbox = file.deletingLastPathComponent().lastPathComponent.hasSuffix("Inbox")
        guard isInbox, file.path.hasPrefix(home.resolvingSymlinksInPath().path + "/") else { return }
        try? FileManager.default.removeItem(at: file)
    }
}
