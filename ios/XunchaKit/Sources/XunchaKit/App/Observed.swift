// One value that a view draws, and that tells SwiftUI when it changes. Combine is not on Linux, where the tests run,
// and the Observation macro needs iOS 17: so two stand-ins do there, and no other file needs to know.

#if canImport(Combine)
    import Combine
#else
    /// Nobody observes on Linux; tests look at what is shown.
    public protocol ObservableObject: AnyObject {}

    /// A plain property.
    @propertyWrapper
    public struct Published<Value> {
        public var wrappedValue: Value
        public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
    }
#endif

/// Something with a value that is drawn.
@MainActor
open class Observed<Shown: Sendable>: ObservableObject {
    /// What the view draws.
    @Published public internal(set) var shown: Shown

    init(shown: Shown) {
        self.shown = shown
    }

    /// Draws something else: previews do, nothing in the app.
    public func show(_ change: (inout Shown) -> Void) {
        change(&shown)
    }
}
