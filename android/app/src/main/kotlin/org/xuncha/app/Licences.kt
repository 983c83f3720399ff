package org.xuncha.app

import android.content.Context
import org.json.JSONArray
import org.json.JSONObject

/** The open-source software that the app stands on: packages under the very same texts together. */
class Licences(val licence: String, val packages: List<Package>, val texts: List<String>) {
    class Package(val name: String, val source: String)

    companion object {
        /** Every group, as `cargo xtask licences` wrote it. */
        fun all(context: Context): List<Licences> {
            val words = context.resources.openRawResource(R.raw.licences).bufferedReader().use { it.readText() }
            return JSONArray(words).each(JSONArray::getJSONObject).map(::group)
        }

        private fun group(group: JSONObject) = Licences(
            group.getString("licence"),
            group.getJSONArray("packages").each(JSONArray::getJSONObject).map { Package(it.getString("name"), it.getString("source")) },
            group.getJSONArray("texts").each(JSONArray::getString),
        )

        private fun <T> JSONArray.each(read: JSONArray.(Int) -> T): List<T> = (0 until length()).map { read(it) }
    }
}
