package org.xuncha.app.screens

import org.xuncha.app.Host
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page

/** What the app is, and whose work it stands on. */
class AboutScreen(host: Host, place: Place) : Screen(host, place) {
    override fun draw(): Page {
        val licences = kit.context.resources.openRawResource(R.raw.licences).bufferedReader().use { it.readText() }
        val content = kit.column(
            kit.heading(string(R.string.app_name)),
            kit.softText(string(R.string.version, host.phone.program().version)),
            kit.text(string(R.string.about)),
            kit.text(string(R.string.about_data)),
            kit.section(string(R.string.licences)),
            *licences.trim().lines().map { kit.text(it) }.toTypedArray(),
        )
        return page(string(R.string.about_title), content)
    }
}
