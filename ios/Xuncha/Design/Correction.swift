// What puts right an inspection that was returned is marked as that wherever it is shown.

import SwiftUI
import XunchaCore

struct CorrectionLine: View {
    var body: some View {
        Line(sign: "arrow.uturn.backward", color: .due, text: Text("更正"), step: .strong)
    }
}

/// The same while it is filled in, with why the inspection was returned.
struct CorrectionCard: View {
    let page: DraftPage?

    var body: some View {
        if let page, page.corrects != nil {
            Card {
                CorrectionLine()
                if let reason = page.returnedBecause {
                    Line(sign: "text.bubble", color: .urgent, text: Text("退回原因：\(reason)"))
                }
            }
        }
    }
}
