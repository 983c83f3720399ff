// The way through the screens: a stack over the home screen.

import Foundation
import XunchaCore

/// A file that another app opened with this one; each opening is one of its own, though it be the same file again.
public struct OpenedFile: Hashable, Sendable {
    public let url: URL
    private let opening = UUID()

    init(_ url: URL) { self.url = url }
}

/// A screen above home.
public enum Route: Hashable, Sendable {
    case enrol
    /// The same by a card that was opened from outside of the app.
    case card(EnrolLink)
    case venue(VenueId)
    case companions(VenueId)
    case inspection(DraftId)
    case done(RecordId)
    case checkIn
    case outbox
    case handOver
    /// The same by a file that was opened from outside of the app.
    case answer(OpenedFile)
    case history
    case record(RecordId)
    case coverage
    case reviews
    case review(RecordId)
    case settings
    case about
    case licences
    /// A group of the list of licences, by its place in it.
    case licence(Int)
}

/// Which screens are open; home, which is always there, is below them.
public final class Way: Observed<[Route]> {
    init() {
        super.init(shown: [])
    }

    /// Opens a screen; the second tap of a trembling finger opens it no second time.
    public func to(_ route: Route) {
        if shown.last != route { shown.append(route) }
    }

    /// Opens the page that reads a file in; there is one at a time.
    func to(_ file: OpenedFile) {
        switch shown.last {
        case .handOver, .answer: on(to: .answer(file))
        default: to(.answer(file))
        }
    }

    /// Opens a screen in place of this one.
    func on(to route: Route) {
        shown = shown.dropLast() + [route]
    }

    /// Opens a screen right above home: what came before is over.
    func home(then route: Route? = nil) {
        shown = route.map { [$0] } ?? []
    }

    /// One screen back.
    public func back() {
        _ = shown.popLast()
    }

    /// The platform's own gesture or button led back to these.
    public func led(to open: [Route]) {
        shown = open
    }
}
