// Text from 18 to 30 points as set in the app, times the platform's own Dynamic Type, up to 60.

import SwiftUI

/// How large a text is beside the others.
enum TextStep: CGFloat {
    case body = 1
    case strong = 1.001
    case title = 1.35
    case small = 0.9
}

private struct TextSizeKey: EnvironmentKey {
    static let defaultValue: CGFloat = 21
}

extension EnvironmentValues {
    /// The size of body text, in points.
    var textSize: CGFloat {
        get { self[TextSizeKey.self] }
        set { self[TextSizeKey.self] = newValue }
    }
}

private struct Sized: ViewModifier {
    let step: TextStep
    @Environment(\.textSize) private var textSize
    @ScaledMetric(relativeTo: .body) private var dynamicType: CGFloat = 1

    func body(content: Content) -> some View {
        // Both enlarge: beyond this a single word is wider than the screen.
        let points = min(60, max(18, textSize * step.rawValue * dynamicType))
        content
            .font(.system(size: points, weight: step == .title || step == .strong ? .semibold : .regular))
            .lineSpacing(points * 0.3)
            .fixedSize(horizontal: false, vertical: true)
    }
}

extension View {
    /// Text as the person set it.
    func asSet(_ textSize: Int, language: String) -> some View {
        environment(\.textSize, CGFloat(textSize))
            .environment(\.locale, Foundation.Locale(identifier: language))
    }

    /// Sizes text.
    func sized(_ step: TextStep = .body) -> some View {
        modifier(Sized(step: step))
    }
}
