package org.xuncha.app.screens

import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page

/** What the app is. */
class AboutScreen(host: Host, place: Place) : Screen(host, place) {
    override fun draw(): Page {
        val content = kit.column(
            kit.heading(string(R.string.app_name)),
            kit.softText(string(R.string.version, host.phone.program().version)),
            kit.text(string(R.string.about)),
            kit.text(string(R.string.about_data)),
            kit.secondary(string(R.string.licences), R.drawable.ic_book) { host.go(Kind.LICENCES) },
        )
        return page(string(R.string.about_title), content)
    }
}
