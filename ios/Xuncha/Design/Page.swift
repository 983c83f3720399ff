// The frame of every screen: a title, what went wrong, content that scrolls at any text size, large buttons at the foot.

import SwiftUI
import XunchaKit

/// The way out of a page.
enum WayBack {
    /// None but the large buttons: what came before is over.
    case none
    /// To the page below.
    case page
    /// One step within this page.
    case step(() -> Void)
}

struct Page<Content: View, Footer: View, Below: View>: View {
    let title: Text
    var back: WayBack
    var part: AnyHashable?
    var trouble: Trouble?
    var dismiss: (() -> Void)?
    @ViewBuilder let content: () -> Content
    @ViewBuilder let footer: () -> Footer
    @ViewBuilder let below: () -> Below
    @Environment(\.verticalSizeClass) private var height
    @Environment(\.dynamicTypeSize) private var dynamicType
    @Environment(\.textSize) private var textSize
    @State private var isWriting = false

    /// Buttons that cannot stay in place stand right below what they are about: a list of any length, and whatever else
    /// may wait, comes below them. Each part of a page that shows several, one at a time, begins at its head.
    init(
        title: Text, back: WayBack = .page, part: AnyHashable? = nil, trouble: Trouble? = nil,
        dismiss: (() -> Void)? = nil,
        @ViewBuilder content: @escaping () -> Content, @ViewBuilder footer: @escaping () -> Footer,
        @ViewBuilder below: @escaping () -> Below
    ) {
        self.title = title
        self.back = back
        self.part = part
        self.trouble = trouble
        self.dismiss = dismiss
        self.content = content
        self.footer = footer
        self.below = below
    }

    var body: some View {
        ScrollViewReader { reader in
            ScrollView {
                VStack(alignment: .leading, spacing: 16) {
                    if isTight { TopBar(title: title, back: back) }
                    if let trouble { TroubleCard(trouble: trouble, dismiss: dismiss).id(trouble.id) }
                    content()
                    if isTight { footer() }
                    below()
                }
                .frame(maxWidth: 700, alignment: .leading)
                .frame(maxWidth: .infinity)
                .padding(16)
                .id(Self.head)
            }
            .scrollDismissesKeyboard(.interactively)
            // Another part is another list: where the last one was scrolled to says nothing about it, and what it asks
            // would stay out of sight.
            .id(part)
            // It stands at the head, and the tap it came of may have been far below.
            .onChange(of: trouble) { trouble in
                if trouble != nil { reader.scrollTo(Self.head, anchor: .top) }
            }
        }
        .safeAreaInset(edge: .top) {
            if !isTight {
                TopBar(title: title, back: back)
                    .frame(maxWidth: 700, alignment: .leading)
                    .frame(maxWidth: .infinity)
                    .padding(16)
                    .background(Color.paper)
            }
        }
        .safeAreaInset(edge: .bottom) {
            if !isTight {
                VStack(spacing: 12) { footer() }
                    .frame(maxWidth: 700)
                    .frame(maxWidth: .infinity)
                    .padding(16)
                    .background(Color.paper)
            }
        }
        .onPreferenceChange(Writing.self) { [writing = $isWriting] in writing.wrappedValue = $0 }
        .background(Color.paper)
        .foregroundColor(.ink)
        // The platform's own bar has a way back of 44 points, and a title that no setting enlarges.
        .toolbar(.hidden, for: .navigationBar)
        .modifier(Escape(back: back))
    }

    private static var head: String { "head" }

    /// Held sideways, with very large text or above a keyboard, bars and buttons that stay in place would cover what they
    /// are about: they scroll with it then.
    private var isTight: Bool {
        isWriting || height == .compact || dynamicType.isAccessibilitySize || textSize > 26
    }
}

extension Page where Below == EmptyView {
    init(
        title: Text, back: WayBack = .page, part: AnyHashable? = nil, trouble: Trouble? = nil,
        dismiss: (() -> Void)? = nil,
        @ViewBuilder content: @escaping () -> Content, @ViewBuilder footer: @escaping () -> Footer
    ) {
        self.init(
            title: title, back: back, part: part, trouble: trouble, dismiss: dismiss, content: content,
            footer: footer, below: { EmptyView() })
    }
}

extension Page where Footer == EmptyView, Below == EmptyView {
    init(
        title: Text, back: WayBack = .page, trouble: Trouble? = nil, dismiss: (() -> Void)? = nil,
        @ViewBuilder content: @escaping () -> Content
    ) {
        self.init(
            title: title, back: back, trouble: trouble, dismiss: dismiss, content: content,
            footer: { EmptyView() })
    }
}

/// Two fingers drawn in a Z are the way back for those who hear the screen; the platform knows it from the bar that is
/// hidden here. Where there is no way back, as on a sheet, the platform's own stays.
private struct Escape: ViewModifier {
    let back: WayBack
    @Environment(\.dismiss) private var dismiss

    func body(content: Content) -> some View {
        switch back {
        case .none: content
        case .page: content.accessibilityAction(.escape) { dismiss() }
        case .step(let step): content.accessibilityAction(.escape, step)
        }
    }
}

/// What stands on top of a page: the way back, as large as any button, and the title, as large as text is set; below one
/// another where it is so large that it has no room beside.
private struct TopBar: View {
    let title: Text
    let back: WayBack
    @Environment(\.dismiss) private var dismiss

    var body: some View {
        ViewThatFits(in: .horizontal) {
            HStack(spacing: 12) { parts }
            VStack(alignment: .leading, spacing: 4) { parts }
        }
    }

    @ViewBuilder private var parts: some View {
        switch back {
        case .none: EmptyView()
        case .page: BackButton(Text("返回")) { dismiss() }
        case .step(let step): BackButton(Text("上一步"), action: step)
        }
        title.sized(.title).accessibilityAddTraits(.isHeader)
    }
}

/// What a part of a page is about. It stands where another stood that was tapped away, so a voice begins here.
struct PartHead: View {
    let text: Text
    @AccessibilityFocusState private var isHeard: Bool

    init(_ text: Text) { self.text = text }

    var body: some View {
        text.sized(.title)
            .accessibilityAddTraits(.isHeader)
            .accessibilityFocused($isHeard)
            .onAppear { isHeard = true }
    }
}

/// What went wrong and what to do, until it was read. Another trouble is another card, which is heard as it appears.
struct TroubleCard: View {
    let trouble: Trouble
    let dismiss: (() -> Void)?
    @AccessibilityFocusState private var isHeard: Bool

    var body: some View {
        Card {
            Line(sign: "info.circle.fill", color: .urgent, text: Text(verbatim: trouble.sentence))
                .accessibilityFocused($isHeard)
            if let dismiss {
                BigButton(Text("知道了"), sign: "checkmark", isQuiet: true, action: dismiss)
            }
        }
        .accessibilityElement(children: .contain)
        .onAppear { isHeard = true }
    }
}
