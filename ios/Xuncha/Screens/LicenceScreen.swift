// The terms of some packages in full, and where their sources are.

import SwiftUI
import XunchaKit

struct LicenceScreen: View {
    let group: Licences

    var body: some View {
        Page(title: Text("许可证")) {
            Text(verbatim: group.licence).sized(.title)
            ForEach(group.texts, id: \.self) { text in
                Card { Text(verbatim: text).sized(.small) }
            }
            Text("适用于").sized(.title)
            ForEach(group.packages, id: \.self) { package in
                Text(verbatim: package.name).sized(.strong)
                Text(verbatim: package.source).sized(.small)
            }
        }
    }
}

struct LicenceScreen_Previews: PreviewProvider {
    static var previews: some View {
        LicenceScreen(group: .sample)
    }
}
