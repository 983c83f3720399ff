// Whose work the app stands on. A tap shows the terms.

import SwiftUI
import XunchaKit

struct LicencesScreen: View {
    let groups: [Licences]
    let open: (Int) -> Void

    var body: some View {
        Page(title: Text("用到的开源软件")) {
            Text("点一下，看许可证全文。").sized(.small)
            ForEach(Array(groups.indices), id: \.self) { number in
                CardButton(action: { open(number) }) {
                    Text(verbatim: groups[number].licence).sized(.strong)
                    named(groups[number]).sized(.small)
                }
            }
        }
    }

    /// The first few of many: all of them stand beneath the text.
    private func named(_ group: Licences) -> Text {
        let names = group.packages.prefix(5).map(\.name).joined(separator: ", ")
        let count = group.packages.count
        return count > 5 ? Text("\(names) 等 \(count) 个") : Text(verbatim: names)
    }
}

struct LicencesScreen_Previews: PreviewProvider {
    static var previews: some View {
        LicencesScreen(groups: [.sample], open: { _ in })
    }
}
