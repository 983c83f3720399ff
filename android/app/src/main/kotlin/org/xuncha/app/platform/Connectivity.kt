package org.xuncha.app.platform

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network

/** Tells when a network comes, while the process lives. */
object Connectivity {
    private var watching: ConnectivityManager.NetworkCallback? = null

    fun watch(context: Context, onNetwork: () -> Unit) {
        val manager = context.getSystemService(ConnectivityManager::class.java) ?: return
        watching?.let(manager::unregisterNetworkCallback)
        val callback = object : ConnectivityManager.NetworkCallback() {
            override fun onAvailable(network: Network) = onNetwork()
        }
        manager.registerDefaultNetworkCallback(callback)
        watching = callback
    }
}
