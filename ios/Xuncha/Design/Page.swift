// The frame of every screen: a title, what went wrong, content that scrolls at any text size, large buttons below.

import SwiftUI
import XunchaKit

struct Page<Content: View, Footer: View>: View {
    let title: Text
    var trouble: Trouble?
    var dismiss: (() -> Void)?
    @ViewBuilder let content: () -> Content
    @ViewBuilder let footer: () -> Footer

    init(
        title: Text, trouble: Trouble? = nil, dismiss: (() -> Void)? = nil,
        @ViewBuilder content: @escaping () -> Content, @ViewBuilder footer: @escaping () -> Footer
    ) {
        self.title = title
        self.trouble = trouble
        self.dismiss = dismiss
        self.content = content
        self.footer = footer
    }

    var body: some View {
        ScrollView {
            VStack(alignment: .leading, spacing: 16) {
                if let trouble { TroubleCard(trouble: trouble, dismiss: dismiss) }
                content()
            }
            .frame(maxWidth: 700, alignment: .leading)
            .frame(maxWidth: .infinity)
            .padding(16)
        }
        .safeAreaInset(edge: .bottom) {
            VStack(spacing: 12) { footer() }
                .frame(maxWidth: 700)
                .frame(maxWidth: .infinity)
                .padding(16)
                .background(Color.paper)
        }
        .background(Color.paper)
        .foregroundColor(.ink)
        .navigationTitle(title)
        .navigationBarTitleDisplayMode(.inline)
    }
}

extension Page where Footer == EmptyView {
    init(
        title: Text, trouble: Trouble? = nil, dismiss: (() -> Void)? = nil,
        @ViewBuilder content: @escaping () -> Content
    ) {
        self.init(title: title, trouble: trouble, dismiss: dismiss, content: content, footer: { EmptyView() })
    }
}

/// What went wrong and what to do, until it was read.
struct TroubleCard: View {
    let trouble: Trouble
    let dismiss: (() -> Void)?

    var body: some View {
        Card {
            Line(sign: "info.circle.fill", color: .urgent, text: Text(verbatim: trouble.sentence))
            if let dismiss {
                BigButton(Text("知道了"), sign: "checkmark", isQuiet: true, action: dismiss)
            }
        }
        .accessibilityAddTraits(.isStaticText)
    }
}
