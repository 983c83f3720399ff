// The outline of SwiftUI, as far as the screens use it: enough for the compiler to check them on Linux, where there is
// no SwiftUI. It draws nothing. A modifier that is missing here is added with Apple's signature.

@_exported import Foundation

// MARK: views

@MainActor @preconcurrency
public protocol View {
    associatedtype Body: View
    @ViewBuilder var body: Body { get }
}

extension Never: View {
    public var body: Never { fatalError("never drawn") }
}

/// A view of the outline.
public protocol Leaf: View where Body == Never {}

extension Leaf {
    public var body: Never { fatalError("never drawn") }
}

public struct EmptyView: Leaf { public init() {} }
public struct TupleView<Parts>: Leaf {}
public struct Either<First: View, Second: View>: Leaf {}
extension Optional: View where Wrapped: View {
    public var body: Never { fatalError("never drawn") }
}

@resultBuilder
public enum ViewBuilder {
    public static func buildBlock() -> EmptyView { EmptyView() }
    public static func buildBlock<Content: View>(_ content: Content) -> Content { content }
    public static func buildBlock<each Content: View>(_ content: repeat each Content) -> TupleView<
        (repeat each Content)
    > { TupleView() }
    public static func buildExpression<Content: View>(_ content: Content) -> Content { content }
    public static func buildIf<Content: View>(_ content: Content?) -> Content? { content }
    public static func buildEither<A: View, B: View>(first: A) -> Either<A, B> { Either() }
    public static func buildEither<A: View, B: View>(second: B) -> Either<A, B> { Either() }
}

public struct Text: Leaf {
    public init(_ key: LocalizedStringKey) {}
    public init(verbatim: String) {}
}
public struct LocalizedStringKey: ExpressibleByStringInterpolation {
    public init(stringLiteral value: String) {}
}
public struct Image: Leaf {
    public init(systemName: String) {}
    public func resizable() -> Image { self }
}
public struct Spacer: Leaf { public init(minLength: CGFloat? = nil) {} }
public struct HStack<Content: View>: Leaf {
    public init(
        alignment: VerticalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content
    ) {}
}
public struct VStack<Content: View>: Leaf {
    public init(
        alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content
    ) {}
}
public struct ViewThatFits<Content: View>: Leaf {
    public init(in axes: Axis, @ViewBuilder content: () -> Content) {}
}
@MainActor public struct ScrollViewProxy { public func scrollTo<I: Hashable>(_ id: I, anchor: UnitPoint?) {} }
public struct UnitPoint: Sendable {
    public static let top = UnitPoint(), center = UnitPoint(), topLeading = UnitPoint()
}
public struct ScrollViewReader<Content: View>: Leaf {
    public init(@ViewBuilder content: @escaping (ScrollViewProxy) -> Content) {}
}
public struct ScrollView<Content: View>: Leaf { public init(@ViewBuilder content: () -> Content) {} }
public struct ForEach<Data: RandomAccessCollection, ID: Hashable, Content: View>: Leaf {
    public init(
        _ data: Data, id: KeyPath<Data.Element, ID>, @ViewBuilder content: @escaping (Data.Element) -> Content
    ) {}
}
public struct Button<Label: View>: Leaf {
    public init(action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> Label) {}
}
public struct ShareLink<Label: View>: Leaf {
    public init(item: URL, @ViewBuilder label: () -> Label) {}
}
public struct TextField: Leaf {
    public init(_ key: LocalizedStringKey, text: Binding<String>, axis: Axis) {}
}
public struct ProgressView: Leaf {
    public init() {}
    public init(value: Double?, total: Double = 1) {}
}
public struct AsyncImage<Content: View>: Leaf {
    public init<I: View, P: View>(
        url: URL?, @ViewBuilder content: @escaping (Image) -> I, @ViewBuilder placeholder: @escaping () -> P
    ) where Content == Either<I, P> {}
}
public struct NavigationStack<Content: View>: Leaf {
    public init<Path: RandomAccessCollection>(path: Binding<Path>, @ViewBuilder root: () -> Content)
    where Path.Element: Hashable {}
}
public struct ModifiedContent<Content, Modifier>: Leaf {}

// MARK: layout

public protocol Layout {
    associatedtype Cache = Void
    typealias Subviews = LayoutSubviews
    func makeCache(subviews: Subviews) -> Cache
    func sizeThatFits(proposal: ProposedViewSize, subviews: Subviews, cache: inout Cache) -> CGSize
    func placeSubviews(
        in bounds: CGRect, proposal: ProposedViewSize, subviews: Subviews, cache: inout Cache)
}
extension Layout where Cache == Void { public func makeCache(subviews: Subviews) {} }
extension Layout {
    @MainActor @preconcurrency
    public func callAsFunction<V: View>(@ViewBuilder _ content: () -> V) -> some View { EmptyView() }
}
public struct ProposedViewSize: Equatable, Sendable {
    public static let unspecified = ProposedViewSize(width: nil, height: nil)
    public var width: CGFloat?
    public var height: CGFloat?
    public init(width: CGFloat?, height: CGFloat?) { (self.width, self.height) = (width, height) }
}
public struct LayoutSubviews: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { 0 }
    public subscript(index: Int) -> LayoutSubview { LayoutSubview() }
}
public struct LayoutSubview {
    public func sizeThatFits(_ proposal: ProposedViewSize) -> CGSize { .zero }
    public func place(at position: CGPoint, anchor: UnitPoint = .topLeading, proposal: ProposedViewSize) {}
}

// MARK: shapes and values

public protocol Shape: Sendable { func path(in rect: CGRect) -> Path }
extension Shape {
    public func fill(_ color: Color) -> some View { EmptyView() }
    public func stroke(_ color: Color, lineWidth: CGFloat = 1) -> some View { EmptyView() }
}
public struct Path {
    public init() {}
    public mutating func addRect(_ rect: CGRect) {}
}
public struct Rectangle: Shape {
    public init() {}
    public func path(in rect: CGRect) -> Path { Path() }
}
public struct RoundedRectangle: Shape {
    public init(cornerRadius: CGFloat) {}
    public func path(in rect: CGRect) -> Path { Path() }
}
public struct Color: Sendable {
    public init(_ name: String) {}
    public static let black = Color("black"), white = Color("white")
}
extension Color: Leaf {}
public enum Axis { case horizontal, vertical }
public enum HorizontalAlignment { case leading, center, trailing }
public enum VerticalAlignment { case top, center, bottom, firstTextBaseline }
public enum Alignment { case leading, center, trailing }
public enum VerticalEdge { case top, bottom }
public enum ContentMode { case fit, fill }
public enum ColorScheme { case light, dark }
public enum UserInterfaceSizeClass { case compact, regular }
public struct DynamicTypeSize { public var isAccessibilitySize: Bool { false } }
public enum ScenePhase: Equatable { case active, inactive, background }
public enum AccessibilityActionKind { case escape }
public enum AccessibilityChildBehavior { case ignore, combine, contain }
public enum UIKeyboardType { case `default`, numberPad, URL }
public enum TextInputAutocapitalization { case never, sentences }
public enum ScrollDismissesKeyboardMode { case interactively }
public enum Visibility { case hidden, visible }
public enum ToolbarPlacement { case navigationBar }
@MainActor public struct DismissAction { public func callAsFunction() {} }
public struct PlainButtonStyle {}
extension PlainButtonStyle { public static var plain: PlainButtonStyle { PlainButtonStyle() } }
public struct AccessibilityTraits: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let isButton = Self(rawValue: 1), isSelected = Self(rawValue: 2)
    public static let isHeader = Self(rawValue: 4), isStaticText = Self(rawValue: 8)
}
public struct Font {
    public enum Weight { case regular, semibold }
    public enum TextStyle { case body }
    public static func system(size: CGFloat, weight: Weight) -> Font { Font() }
}

/// Of UniformTypeIdentifiers, a module of its own on Apple's platforms.
public struct UTType: Sendable { public static let data = UTType() }

// MARK: state

@propertyWrapper
public struct Binding<Value>: @unchecked Sendable {
    public init(get: @escaping @MainActor () -> Value, set: @escaping @MainActor (Value) -> Void) {
        fatalError()
    }
    public var wrappedValue: Value {
        get { fatalError() }
        nonmutating set {}
    }
    public var projectedValue: Binding<Value> { self }
}
@propertyWrapper
public struct State<Value> {
    public init(wrappedValue: Value) {}
    public var wrappedValue: Value {
        get { fatalError() }
        nonmutating set {}
    }
    public var projectedValue: Binding<Value> { fatalError() }
}
@propertyWrapper @MainActor
public struct StateObject<Object: AnyObject> {
    public init(wrappedValue: @autoclosure @escaping () -> Object) {}
    public var wrappedValue: Object { fatalError() }
}
@propertyWrapper @MainActor
public struct ObservedObject<Object: AnyObject> {
    public var wrappedValue: Object
    public init(wrappedValue: Object) { self.wrappedValue = wrappedValue }
}
@propertyWrapper
public struct Environment<Value> {
    public init(_ key: KeyPath<EnvironmentValues, Value>) {}
    public var wrappedValue: Value { fatalError() }
}
@propertyWrapper
public struct AccessibilityFocusState<Value: Hashable> {
    public init() where Value == Bool {}
    public var wrappedValue: Value {
        get { fatalError() }
        nonmutating set {}
    }
    public struct Binding {}
    public var projectedValue: Binding { Binding() }
}
@propertyWrapper
public struct FocusState<Value: Hashable> {
    public init() where Value == Bool {}
    public var wrappedValue: Value {
        get { fatalError() }
        nonmutating set {}
    }
    public struct Binding {}
    public var projectedValue: Binding { Binding() }
}
public protocol PreferenceKey {
    associatedtype Value
    static var defaultValue: Value { get }
    static func reduce(value: inout Value, nextValue: () -> Value)
}
@propertyWrapper
public struct ScaledMetric<Value> {
    public init(wrappedValue: Value, relativeTo: Font.TextStyle) {}
    public var wrappedValue: Value { fatalError() }
}
public protocol EnvironmentKey {
    associatedtype Value
    static var defaultValue: Value { get }
}
public struct EnvironmentValues {
    public subscript<Key: EnvironmentKey>(key: Key.Type) -> Key.Value {
        get { Key.defaultValue }
        set {}
    }
    public var locale: Foundation.Locale {
        get { .current }
        set {}
    }
    public var scenePhase: ScenePhase { .active }
    public var dismiss: DismissAction { fatalError() }
    public var verticalSizeClass: UserInterfaceSizeClass? { nil }
    public var dynamicTypeSize: DynamicTypeSize { DynamicTypeSize() }
}

// MARK: modifiers

@MainActor @preconcurrency
public protocol ViewModifier {
    typealias Content = EmptyView
    associatedtype Body: View
    @ViewBuilder func body(content: Content) -> Body
}

extension View {
    public func modifier<M: ViewModifier>(_ modifier: M) -> some View { EmptyView() }
    public func font(_ font: Font) -> some View { EmptyView() }
    public func lineSpacing(_ points: CGFloat) -> some View { EmptyView() }
    public func fixedSize(horizontal: Bool, vertical: Bool) -> some View { EmptyView() }
    public func foregroundColor(_ color: Color?) -> some View { EmptyView() }
    public func tint(_ color: Color?) -> some View { EmptyView() }
    public func padding(_ points: CGFloat) -> some View { EmptyView() }
    public func frame(
        minWidth: CGFloat? = nil, maxWidth: CGFloat? = nil, minHeight: CGFloat? = nil,
        alignment: Alignment = .center
    ) -> some View { EmptyView() }
    public func background(_ color: Color) -> some View { EmptyView() }
    public func overlay<V: View>(_ view: V) -> some View { EmptyView() }
    public func clipShape<S: Shape>(_ shape: S) -> some View { EmptyView() }
    public func aspectRatio(_ ratio: CGFloat?, contentMode: ContentMode) -> some View { EmptyView() }
    public func scaledToFit() -> some View { EmptyView() }
    public func buttonStyle(_ style: PlainButtonStyle) -> some View { EmptyView() }
    public func keyboardType(_ type: UIKeyboardType) -> some View { EmptyView() }
    public func textInputAutocapitalization(_ letters: TextInputAutocapitalization?) -> some View {
        EmptyView()
    }
    public func autocorrectionDisabled(_ disable: Bool = true) -> some View { EmptyView() }
    public func scrollDismissesKeyboard(_ mode: ScrollDismissesKeyboardMode) -> some View { EmptyView() }
    public func focused(_ condition: FocusState<Bool>.Binding) -> some View { EmptyView() }
    public func contentShape<S: Shape>(_ shape: S) -> some View { EmptyView() }
    public func onTapGesture(perform: @escaping @MainActor () -> Void) -> some View { EmptyView() }
    public func preference<K: PreferenceKey>(key: K.Type, value: K.Value) -> some View { EmptyView() }
    public func onPreferenceChange<K: PreferenceKey>(
        _ key: K.Type, perform action: @escaping @Sendable (K.Value) -> Void
    ) -> some View where K.Value: Equatable { EmptyView() }
    public func preferredColorScheme(_ scheme: ColorScheme?) -> some View { EmptyView() }
    public func accessibilityHidden(_ hidden: Bool) -> some View { EmptyView() }
    public func accessibilityLabel(_ label: Text) -> some View { EmptyView() }
    public func accessibilityValue(_ value: Text) -> some View { EmptyView() }
    public func accessibilityElement(children: AccessibilityChildBehavior = .ignore) -> some View {
        EmptyView()
    }
    public func accessibilityFocused(_ condition: AccessibilityFocusState<Bool>.Binding) -> some View {
        EmptyView()
    }
    public func accessibilityAction(_ kind: AccessibilityActionKind, _ handler: @escaping () -> Void)
        -> some View
    { EmptyView() }
    public func accessibilityAddTraits(_ traits: AccessibilityTraits) -> some View { EmptyView() }
    public func navigationDestination<D: Hashable, C: View>(
        for data: D.Type, @ViewBuilder destination: @escaping (D) -> C
    ) -> some View { EmptyView() }
    public func toolbar(_ visibility: Visibility, for bars: ToolbarPlacement...) -> some View { EmptyView() }
    public func safeAreaInset<C: View>(edge: VerticalEdge, @ViewBuilder content: () -> C) -> some View {
        EmptyView()
    }
    public func sheet<C: View>(isPresented: Binding<Bool>, @ViewBuilder content: @escaping () -> C)
        -> some View
    { EmptyView() }
    public func fileImporter(
        isPresented: Binding<Bool>, allowedContentTypes: [UTType],
        onCompletion: @escaping @MainActor (Result<URL, any Error>) -> Void
    ) -> some View { EmptyView() }
    public func id<I: Hashable>(_ id: I) -> some View { EmptyView() }
    public func onAppear(perform: @escaping @MainActor () -> Void) -> some View { EmptyView() }
    public func onOpenURL(perform: @escaping @MainActor (URL) -> Void) -> some View { EmptyView() }
    public func onDisappear(perform: @escaping @MainActor () -> Void) -> some View { EmptyView() }
    public func onChange<V: Equatable>(of value: V, perform: @escaping @MainActor (V) -> Void) -> some View {
        EmptyView()
    }
    public func task(_ action: @escaping @MainActor @Sendable () async -> Void) -> some View { EmptyView() }
    public func environment<V>(_ key: WritableKeyPath<EnvironmentValues, V>, _ value: V) -> some View {
        EmptyView()
    }
}

// MARK: the app

@MainActor @preconcurrency
public protocol Scene {
    associatedtype Body: Scene
    var body: Body { get }
}
extension Never: Scene {}
public struct WindowGroup<Content: View>: Scene {
    public init(@ViewBuilder content: () -> Content) {}
    public var body: Never { fatalError() }
}
@MainActor @preconcurrency
public protocol App {
    associatedtype Body: Scene
    var body: Body { get }
    init()
}
extension App {
    public static func main() {}
}
@MainActor @preconcurrency
public protocol PreviewProvider {
    associatedtype Previews: View
    @ViewBuilder static var previews: Previews { get }
}
